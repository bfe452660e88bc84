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
    LogMaintenance backlog,
    DiskReader reader,
    LogWriter writer,
    Reclaimer reclaimer,
    FsyncScheduler forcer,
    LogSweep sweep,
    WritePause pause,
    DeadlineTimer deadlines,
    DiskCounters counters) {

  /** Reads back what the directory holds; the lock stays the caller's if this fails. */
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

  /** The same for a directory that is as a store of that maximum leaves it. */
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
    var markers = new RangeTombstones();
    Recovery.Opened opened = new Recovery(
            directory, capacity, bootId, files, index, markers, time, settings.key())
        .open();
    SegmentGeometry layout = opened.layout();
    StoreClock clock = opened.clock();
    Manifest manifest = opened.manifest();
    var ring = new SegmentRing(directory, opened.live(), layout, manifest.lastGeneration());
    var counters = new DiskCounters();
    var pause = new WritePause(time, directory);
    var windows = new ReadBuffers();
    var tail = new ActiveSegment(layout, manifest, ring, clock, opened.keys());
    var gate = new LogMonitor();
    var deadlines = new DeadlineTimer("intelligent-cache-disk-timer");
    var waiters = new PendingAcks(gate, time, deadlines);
    var log = new Log(gate, layout, ring, tail, index, markers, waiters, pause, clock, counters);
    var backlog = new LogMaintenance(gate, layout, ring, tail, index, markers, waiters, pause);
    var records = new RecordReader(tail, windows, clock);
    var reader = new DiskReader(ring, index, markers, counters, clock, records);
    var sweep = new LogSweep(log, backlog, index, markers, counters, clock, windows, deadlines);
    var manifestFile = opened.manifestFile();
    var sides = new HintFiles(manifest.store(), layout.segmentBytes(), files);
    var reclaimer = new Reclaimer(
        lock, layout, backlog, log, index, markers, sides, records, pause, counters, files);
    var forcer = new FsyncScheduler(settings.force(), files, pause);
    var writer = new LogWriter(
        lock, manifestFile, sides, backlog, ring, reclaimer, forcer, pause, files, counters.lost);
    var budget = new WriteBudget(settings.writeBudget(), time);
    writer.sealFirst(opened.unsealed());
    if (!markers.isEmpty()) {
      sweep.purgeCleared(); // side indexes don't say what is hidden by a clear marker
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
        backlog,
        reader,
        writer,
        reclaimer,
        forcer,
        sweep,
        pause,
        deadlines,
        counters);
  }

  void release() {
    closeFiles();
    lock.close();
  }

  /** Ends all that has threads or open files, and keeps the directory. */
  void closeFiles() {
    sweep.stop();
    deadlines.close();
    forcer.stop();
    reclaimer.end();
    ring.close();
  }
}
