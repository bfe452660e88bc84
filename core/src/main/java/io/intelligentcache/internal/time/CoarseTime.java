package io.intelligentcache.internal.time;

import io.intelligentcache.tier.TimeSource;

/**
 * The clocks of this machine, and a rough one that stands still between two {@link #tick}s. Setting
 * the wall clock changes nothing but {@link #wallMillis}.
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
