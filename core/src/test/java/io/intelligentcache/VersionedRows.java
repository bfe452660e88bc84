package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * A database of rows that count their changes, for tests that many threads run. It knows which versions of a row a cache
 * may still answer: none that is older than the last change that had returned when the read began.
 */
public final class VersionedRows {
  private final AtomicIntegerArray versions;
  private final AtomicIntegerArray oldest;
  private final Object[] locks;
  private final long seed;

  /**
   * Rows 0 and up, each in version 0.
   *
   * @param seed of the test, for messages
   */
  public VersionedRows(int rows, long seed) {
    this.versions = new AtomicIntegerArray(rows);
    this.oldest = new AtomicIntegerArray(rows);
    this.locks = new Object[rows];
    this.seed = seed;
    for (int row = 0; row < rows; row++) {
      locks[row] = new Object();
    }
  }

  /** The value of a row. */
  public String load(int row) {
    return row + ":" + versions.get(row);
  }

  /** Changes a row, and has the cache changed before anybody else changes it. */
  public void change(int row, Runnable tellCache) {
    synchronized (locks[row]) {
      int version = versions.incrementAndGet(row);
      tellCache.run();
      oldest.set(row, version);
    }
  }

  /** The oldest version that a read of a row may return if it begins now. */
  public int oldestAllowed(int row) {
    return oldest.get(row);
  }

  /** Checks what a read has returned, which began when {@code allowed} was the oldest allowed version. */
  public void check(int row, int allowed, @Nullable String value) {
    if (value != null) {
      assertThat(value).startsWith(row + ":");
      assertThat(Integer.parseInt(value.substring(value.indexOf(':') + 1)))
          .as("seed %d, row %d", seed, row)
          .isBetween(allowed, versions.get(row));
    }
  }
}
