package io.intelligentcache.disk;

import io.intelligentcache.tier.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/** The parts of one open store, put together. */
record Store(
    Path directory,
    long capacity,
    long seed,
    DirectoryLock lock,
    Ring ring,
    Index index,
    Log log,
    Reader reader,
    Writer writer,
    Sweep sweep,
    WritePause pause,
    Counters counters) {

  /** Reads back what the directory holds; the lock stays the caller's if this fails. */
  static Store open(
      Path directory,
      long capacity,
      DirectoryLock lock,
      TimeSource time,
      UUID bootId,
      Output.Opener files)
      throws IOException {
    var index = new Index();
    var markers = new Markers();
    Recovery.Opened opened =
        new Recovery(directory, capacity, bootId, files, index, markers, time).open();
    Layout layout = opened.layout();
    StoreClock clock = opened.clock();
    Manifest manifest = opened.manifest();
    var ring = new Ring(directory, opened.live(), layout.segments(), manifest.lastGeneration());
    var counters = new Counters();
    var pause = new WritePause(time, directory);
    var windows = new Windows();
    var tail = new Tail(layout, manifest, ring, clock);
    var log = new Log(layout, ring, tail, index, markers, pause, time, counters);
    clock.follow(log::position);
    var reader = new Reader(tail, ring, index, markers, counters, clock, windows);
    var sweep = new Sweep(log, index, markers, counters, clock, windows);
    var manifestFile = opened.manifestFile();
    var sides = new SideIndexes(manifest.store(), layout.segmentBytes(), files);
    var writer =
        new Writer(lock, manifestFile, sides, log, ring, index, markers, pause, counters, files);
    writer.sealFirst(opened.unsealed());
    if (!markers.isEmpty()) {
      sweep.purgeCleared(); // side indexes don't say what is hidden by a clear marker
    }
    return new Store(
        directory,
        capacity,
        manifest.seed(),
        lock,
        ring,
        index,
        log,
        reader,
        writer,
        sweep,
        pause,
        counters);
  }

  void release() {
    ring.close();
    lock.close();
  }
}
