package io.intelligentcache.disk.internal.admission;

import java.util.function.LongSupplier;

/**
 * A budget of bytes per second. What is not spent can be spent within the next ten seconds.
 * Thread-safe.
 */
public final class WriteBudget {
  /** No limit. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  private static final long SAVED_SECONDS = 10;
  private static final double NANOS = 1e9;

  private final long bytesPerSecond;
  private final LongSupplier nanos;
  private double left;
  private long since;

  /**
   * Creates it, with the budget of one second.
   *
   * @param nanos the scheduler's clock
   */
  public WriteBudget(long bytesPerSecond, LongSupplier nanos) {
    this.bytesPerSecond = bytesPerSecond;
    this.nanos = nanos;
    this.left = bytesPerSecond;
    this.since = nanos.getAsLong();
  }

  /** Spends bytes if the budget allows it; returns whether it did. */
  synchronized boolean take(int bytes) {
    if (bytesPerSecond == UNLIMITED) {
      return true;
    }
    long now = nanos.getAsLong();
    double earned = (now - since) / NANOS * bytesPerSecond;
    left = Math.min(left + earned, (double) SAVED_SECONDS * bytesPerSecond);
    since = now;
    if (left <= 0) {
      return false;
    }
    left -= bytes; // may go below zero, so that a large entry can pass
    return true;
  }

  /** Gives back bytes that were taken and not written. */
  synchronized void giveBack(int bytes) {
    left += bytes;
  }
}
