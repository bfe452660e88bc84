package io.intelligentcache.disk.internal;

import io.intelligentcache.disk.internal.admission.Admission;
import io.intelligentcache.disk.internal.admission.WriteBudget;
import io.intelligentcache.disk.internal.file.DirectoryLock;
import io.intelligentcache.disk.internal.file.DiskCounters;
import io.intelligentcache.disk.internal.file.ReadBuffers;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.file.StoreClock;
import io.intelligentcache.disk.internal.file.StoreFiles;
import io.intelligentcache.disk.internal.format.KeyHash;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.disk.internal.format.SegmentGeometry;
import io.intelligentcache.disk.internal.index.Index;
import io.intelligentcache.disk.internal.log.ActiveSegment;
import io.intelligentcache.disk.internal.log.FsyncScheduler;
import io.intelligentcache.disk.internal.log.HintFiles;
import io.intelligentcache.disk.internal.log.Log;
import io.intelligentcache.disk.internal.log.LogMaintenance;
import io.intelligentcache.disk.internal.log.LogMonitor;
import io.intelligentcache.disk.internal.log.LogWriter;
import io.intelligentcache.disk.internal.log.PendingAcks;
import io.intelligentcache.disk.internal.log.RangeTombstones;
import io.intelligentcache.disk.internal.log.SegmentRing;
import io.intelligentcache.disk.internal.log.WritePause;
import io.intelligentcache.disk.internal.read.DiskReader;
import io.intelligentcache.disk.internal.read.RecordReader;
import io.intelligentcache.disk.internal.reclaim.LogSweep;
import io.intelligentcache.disk.internal.reclaim.Reclaimer;
import io.intelligentcache.disk.internal.recovery.Recovery;
import io.intelligentcache.internal.concurrent.DeadlineTimer;
import io.intelligentcache.internal.concurrent.TimerThread;
import io.intelligentcache.tier.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/** The parts of one open store, put together. */
public record DiskStore(
    Path directory,
    long capacity,
    KeyHash hash,
    DirectoryLock lock,
    SegmentRing ring,
    Index index,
    Admission admission,
    Log log,
    LogMaintenance maintenance,
    DiskReader reader,
    LogWriter writer,
    Reclaimer reclaimer,
    FsyncScheduler fsync,
    LogSweep sweep,
    WritePause pause,
    DeadlineTimer deadlines,
    DiskCounters counters) {

  /**
   * Opens the store in a directory, with its entries. If this fails, the caller still owns the
   * lock.
   */
  public static DiskStore open(
      Path directory,
      DiskSettings settings,
      DirectoryLock lock,
      TimeSource time,
      UUID bootId,
      SegmentOutput.Opener files)
      throws IOException {
    StoreFiles.setAside(directory);
    new StoreResize(directory, settings, lock, time, bootId, files).run();
    return resume(directory, settings, lock, time, bootId, files);
  }

  /** Opens the store in a directory that needs no cleanup and no resize before. */
  static DiskStore resume(
      Path directory,
      DiskSettings settings,
      DirectoryLock lock,
      TimeSource time,
      UUID bootId,
      SegmentOutput.Opener files)
      throws IOException {
    long capacity = settings.maximumBytes();
    var index = new Index();
    var rangeTombstones = new RangeTombstones();
    Recovery.Opened opened = new Recovery(
            directory, capacity, bootId, files, index, rangeTombstones, time, settings.key())
        .open();
    SegmentGeometry geometry = opened.geometry();
    StoreClock clock = opened.clock();
    Manifest manifest = opened.manifest();
    var ring = new SegmentRing(directory, opened.live(), geometry, manifest.lastGeneration());
    var counters = new DiskCounters();
    var pause = new WritePause(time, directory);
    var readBuffers = new ReadBuffers();
    var active = new ActiveSegment(geometry, manifest, ring, clock, opened.keys());
    var monitor = new LogMonitor();
    var deadlines = new DeadlineTimer(new TimerThread("intelligent-cache-disk-timer"));
    var pendingAcks = new PendingAcks(monitor, time, deadlines);
    var log = new Log(
        monitor,
        geometry,
        ring,
        active,
        index,
        rangeTombstones,
        pendingAcks,
        pause,
        clock,
        counters);
    var maintenance = new LogMaintenance(
        monitor, geometry, ring, active, index, rangeTombstones, pendingAcks, pause);
    var records = new RecordReader(active, readBuffers, clock);
    var reader = new DiskReader(ring, index, rangeTombstones, counters, clock, records);
    var sweep = new LogSweep(
        log, maintenance, index, rangeTombstones, counters, clock, readBuffers, deadlines);
    var manifestFile = opened.manifestFile();
    var hintFiles = new HintFiles(manifest.store(), geometry.segmentBytes(), files);
    var reclaimer = new Reclaimer(
        lock,
        geometry,
        maintenance,
        log,
        index,
        rangeTombstones,
        hintFiles,
        records,
        pause,
        counters,
        files);
    var fsync = new FsyncScheduler(settings.force(), files, pause);
    var writer = new LogWriter(
        lock,
        manifestFile,
        hintFiles,
        maintenance,
        ring,
        reclaimer,
        fsync,
        pause,
        files,
        counters.lost);
    var budget = new WriteBudget(settings.writeBudget(), time);
    writer.sealFirst(opened.unsealed());
    if (!rangeTombstones.isEmpty()) {
      sweep.purgeCleared(); // hint files don't say which entries are cleared
    }
    return new DiskStore(
        directory,
        capacity,
        opened.hash(),
        lock,
        ring,
        index,
        new Admission(ring, index, budget),
        log,
        maintenance,
        reader,
        writer,
        reclaimer,
        fsync,
        sweep,
        pause,
        deadlines,
        counters);
  }

  void release() {
    closeFiles();
    lock.close();
  }

  /** Stops all threads and closes all files, but keeps the lock of the directory. */
  void closeFiles() {
    sweep.stop();
    deadlines.close();
    fsync.stop();
    reclaimer.end();
    ring.close();
  }
}
