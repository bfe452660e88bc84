package io.intelligentcache.disk;

import io.intelligentcache.internal.concurrent.DeadlineTimer;
import io.intelligentcache.tier.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/** The parts of one open store, put together. */
record Store(
    Path directory,
    long capacity,
    KeyHash hash,
    DirectoryLock lock,
    Ring ring,
    Index index,
    Admission admission,
    Log log,
    Backlog backlog,
    Reader reader,
    Writer writer,
    Reclaimer reclaimer,
    Forcer forcer,
    Sweep sweep,
    WritePause pause,
    DeadlineTimer deadlines,
    Counters counters) {

  /** Reads back what the directory holds; the lock stays the caller's if this fails. */
  static Store open(
      Path directory,
      DiskSettings settings,
      DirectoryLock lock,
      TimeSource time,
      UUID bootId,
      Output.Opener files)
      throws IOException {
    Strangers.setAside(directory);
    new Resize(directory, settings, lock, time, bootId, files).run();
    return resume(directory, settings, lock, time, bootId, files);
  }

  /** The same for a directory that is as a store of that maximum leaves it. */
  static Store resume(
      Path directory,
      DiskSettings settings,
      DirectoryLock lock,
      TimeSource time,
      UUID bootId,
      Output.Opener files)
      throws IOException {
    long capacity = settings.maximumBytes();
    var index = new Index();
    var markers = new Markers();
    Recovery.Opened opened = new Recovery(
            directory, capacity, bootId, files, index, markers, time, settings.key())
        .open();
    Layout layout = opened.layout();
    StoreClock clock = opened.clock();
    Manifest manifest = opened.manifest();
    var ring = new Ring(directory, opened.live(), layout, manifest.lastGeneration());
    var counters = new Counters();
    var pause = new WritePause(time, directory);
    var windows = new Windows();
    var tail = new Tail(layout, manifest, ring, clock, opened.keys());
    var gate = new Gate();
    var deadlines = new DeadlineTimer("intelligent-cache-disk-timer");
    var waiters = new Waiters(gate, time, deadlines);
    var log = new Log(gate, layout, ring, tail, index, markers, waiters, pause, clock, counters);
    var backlog = new Backlog(gate, layout, ring, tail, index, markers, waiters, pause);
    var records = new Records(tail, windows, clock);
    var reader = new Reader(ring, index, markers, counters, clock, records);
    var sweep = new Sweep(log, backlog, index, markers, counters, clock, windows, deadlines);
    var manifestFile = opened.manifestFile();
    var sides = new SideIndexes(manifest.store(), layout.segmentBytes(), files);
    var reclaimer = new Reclaimer(
        lock, layout, backlog, log, index, markers, sides, records, pause, counters, files);
    var forcer = new Forcer(settings.force(), files, pause);
    var writer = new Writer(
        lock, manifestFile, sides, backlog, ring, reclaimer, forcer, pause, files, counters.lost);
    var budget = new WriteBudget(settings.writeBudget(), time);
    writer.sealFirst(opened.unsealed());
    if (!markers.isEmpty()) {
      sweep.purgeCleared(); // side indexes don't say what is hidden by a clear marker
    }
    return new Store(
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
