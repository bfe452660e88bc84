package io.intelligentcache.internal.time;

import io.intelligentcache.tier.TimeSource;

/**
 * The clocks of this machine, and a rough clock that advances only with a {@link #tick}. If the wall clock is set,
 * only {@link #wallMillis} changes.
 */
public final class CoarseTime implements TimeSource {
  private final MonotonicTime steady = new MonotonicTime(TimeSource.SYSTEM);
  private volatile long rough = System.nanoTime();

  /** Sets the rough clock. */
  public void tick() {
    rough = System.nanoTime();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long roughNanos() {
    return rough;
  }

  @Override
  public long epochMillis() {
    return steady.epochMillis();
  }

  @Override
  public long wallMillis() {
    return System.currentTimeMillis();
  }
}
