package io.intelligentcache.disk.internal.admission;

import io.intelligentcache.tier.TimeSource;

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
  private final TimeSource time;
  private double left;
  private long since;

  public WriteBudget(long bytesPerSecond, TimeSource time) {
    this.bytesPerSecond = bytesPerSecond;
    this.time = time;
    this.left = bytesPerSecond;
    this.since = time.nanos();
  }

  /** Spends bytes if the budget allows it; returns whether it did. */
  synchronized boolean take(int bytes) {
    if (bytesPerSecond == UNLIMITED) {
      return true;
    }
    long now = time.nanos();
    double earned = (now - since) / NANOS * bytesPerSecond;
    left = Math.min(left + earned, (double) SAVED_SECONDS * bytesPerSecond);
    since = now;
    if (left <= 0) {
      return false;
    }
    left -= bytes; // may go below zero, so that a large entry can pass
    return true;
  }
}
