package io.intelligentcache.internal.time;

import io.intelligentcache.tier.TimeSource;

/**
 * Clocks whose {@link #epochMillis} never jumps. Every deadline of an entry is translated between the
 * two clocks on its way to a lower tier and back. If the wall clock were set in between, the entry
 * would live longer or shorter by that step.
 */
public final class MonotonicTime implements TimeSource {
  private final TimeSource time;
  private final long startNanos;
  private final long startMillis;

  /** Begins at what the wall clock shows. */
  public MonotonicTime(TimeSource time) {
    this.time = time;
    this.startNanos = time.nanos();
    this.startMillis = time.wallMillis();
  }

  @Override
  public long nanos() {
    return time.nanos();
  }

  @Override
  public long roughNanos() {
    return time.roughNanos();
  }

  @Override
  public long epochMillis() {
    return startMillis + (time.nanos() - startNanos) / 1_000_000;
  }

  @Override
  public long wallMillis() {
    return time.wallMillis();
  }
}
