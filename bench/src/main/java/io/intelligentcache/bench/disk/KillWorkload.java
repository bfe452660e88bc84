package io.intelligentcache.bench.disk;

import java.util.Locale;

/**
 * The work of a process with memory and disk until it is killed. All keys are drawn by
 * Zipf's law, values have 1 KiB.
 */
public enum KillWorkload {
  /** Reads with a loader; all entries fit into memory. */
  LOAD(100_000, 0, 400),
  /** A quarter are puts, the others are reads with a loader; all entries fit into memory. */
  UPDATE(100_000, 25, 400),
  /**
   * Reads with a loader. A tenth of the entries fits into memory, so entries are
   * evicted to disk all the time.
   */
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

  /** The number of puts in a hundred operations. */
  int puts() {
    return puts;
  }

  /** The size of memory. */
  int megabytes() {
    return megabytes;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
