package io.intelligentcache.disk.internal;

import io.intelligentcache.disk.internal.admission.Admission;
import io.intelligentcache.disk.internal.admission.WriteBudget;
import io.intelligentcache.disk.internal.file.DirectoryLock;
import io.intelligentcache.disk.internal.file.DiskCounters;
import io.intelligentcache.disk.internal.file.Environment;
import io.intelligentcache.disk.internal.file.ReadBuffers;
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
import io.intelligentcache.disk.internal.log.LogState;
import io.intelligentcache.disk.internal.log.LogWriter;
import io.intelligentcache.disk.internal.log.PendingAcks;
import io.intelligentcache.disk.internal.log.RangeTombstones;
import io.intelligentcache.disk.internal.log.SegmentRing;
import io.intelligentcache.disk.internal.log.StoreDeadlines;
import io.intelligentcache.disk.internal.log.StoreDirectory;
import io.intelligentcache.disk.internal.log.WritePause;
import io.intelligentcache.disk.internal.read.DiskListing;
import io.intelligentcache.disk.internal.read.DiskReader;
import io.intelligentcache.disk.internal.read.RecordReader;
import io.intelligentcache.disk.internal.reclaim.LogSweep;
import io.intelligentcache.disk.internal.reclaim.Reclaimer;
import io.intelligentcache.disk.internal.recovery.Recovery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/** The parts of one open store, put together. */
public record DiskStore(
    DirectoryLock lock,
    DiskSettings settings,
    KeyHash hash,
    LogState state,
    Admission admission,
    Log log,
    LogMaintenance maintenance,
    DiskReader reader,
    DiskListing listing,
    LogSweep sweep,
    StoreThreads threads) {

  /**
   * Opens the store in a locked directory, with its entries. If this fails, the caller still owns
   * the lock.
   */
  public static DiskStore open(DirectoryLock lock, DiskSettings settings, Environment environment)
      throws IOException {
    StoreFiles.setAside(lock.directory());
    new StoreResize(lock, settings, environment).run();
    return resume(lock, settings, environment);
  }

  /** Opens the store in a directory that needs no cleanup and no resize before. */
  static DiskStore resume(DirectoryLock lock, DiskSettings settings, Environment environment)
      throws IOException {
    Path directory = lock.directory();
    LongSupplier nanos = environment.scheduler()::nanos;
    var index = new Index();
    var rangeTombstones = new RangeTombstones();
    Recovery.Opened opened = new Recovery(
            directory, settings.maximumBytes(), settings.key(), environment, index, rangeTombstones)
        .open();
    SegmentGeometry geometry = opened.geometry();
    StoreClock clock = opened.clock();
    Manifest manifest = opened.manifest();
    var ring = new SegmentRing(directory, opened.live(), geometry, manifest.lastGeneration());
    var monitor = new LogMonitor();
    var deadlines = new StoreDeadlines(environment.scheduler());
    var state = new LogState(
        monitor,
        ring,
        new ActiveSegment(manifest, ring, clock, opened.keys(), nanos),
        index,
        rangeTombstones,
        new PendingAcks(monitor, deadlines),
        new WritePause(nanos, directory),
        new DiskCounters());
    var log = new Log(state, clock);
    var maintenance = new LogMaintenance(state, nanos);
    var readBuffers = new ReadBuffers();
    var records = new RecordReader(state.active(), readBuffers, nanos);
    var sweep = new LogSweep(log, maintenance, state, clock, readBuffers, deadlines);
    var storeDirectory = new StoreDirectory(
        lock,
        opened.manifestFile(),
        new HintFiles(manifest.store(), geometry, environment.files()),
        environment.files());
    var reclaimer = new Reclaimer(storeDirectory, state, maintenance, log, records);
    var fsync = new FsyncScheduler(
        settings.force(), environment.files(), state.pause(), environment.scheduler());
    var writer = new LogWriter(storeDirectory, state, maintenance, reclaimer, fsync, nanos);
    writer.sealFirst(opened.unsealed());
    if (!rangeTombstones.isEmpty()) {
      sweep.purgeCleared(); // hint files don't say which entries are cleared
    }
    return new DiskStore(
        lock,
        settings,
        opened.hash(),
        state,
        new Admission(ring, index, new WriteBudget(settings.writeBudget(), nanos)),
        log,
        maintenance,
        new DiskReader(state, clock, records),
        new DiskListing(state, clock, records, nanos),
        sweep,
        new StoreThreads(writer, reclaimer, fsync, deadlines));
  }

  void release() {
    closeFiles();
    lock.close();
  }

  /** Stops all threads and closes all files, but keeps the lock of the directory. */
  void closeFiles() {
    sweep.stop();
    threads.close();
    state.ring().close();
  }
}
