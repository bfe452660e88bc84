package io.intelligentcache.bench.disk;

import java.util.Locale;

/** What a process does with memory and a disk until it is killed. All keys are drawn by Zipf's law, values have 1 KiB. */
public enum KillWorkload {
  /** Reads with a loader; all fits into memory. */
  LOAD(100_000, 0, 400),
  /** A quarter puts, else reads with a loader; all fits into memory. */
  UPDATE(100_000, 25, 400),
  /** Reads with a loader; a tenth fits into memory, so entries are evicted to disk all the time. */
  EVICT(500_000, 0, 60);

  private final int keys;
  private final int puts;
  private final int megabytes;

  KillWorkload(int keys, int puts, int megabytes) {
    this.keys = keys;
    this.puts = puts;
    this.megabytes = megabytes;
  }

  int keys() {
    return keys;
  }

  /** Of a hundred operations. */
  int puts() {
    return puts;
  }

  /** Of memory. */
  int megabytes() {
    return megabytes;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
