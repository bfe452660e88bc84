package io.intelligentcache.internal.time;

import io.intelligentcache.tier.TimeSource;

/**
 * Clocks whose {@link #epochMillis} never jumps. The deadline of an entry is converted from one clock to the other
 * when the entry is written to a lower tier, and back when it is promoted. If the wall clock were set in between, the
 * entry would live longer or shorter by that step.
 */
public final class MonotonicTime implements TimeSource {
  private final TimeSource time;
  private final long startNanos;
  private final long startMillis;

  /** Starts at the time that the wall clock shows. */
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
