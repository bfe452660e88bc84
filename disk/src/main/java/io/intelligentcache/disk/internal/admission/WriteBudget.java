package io.intelligentcache.disk.internal.admission;

import io.intelligentcache.tier.TimeSource;

/** So many bytes per second: what is not spent can be spent within the next ten. Thread-safe. */
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

  /** Whether there was room for so many bytes; then they are spent. */
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
    left -= bytes; // below zero, so that an entry larger than the savings gets its turn too
    return true;
  }
}
