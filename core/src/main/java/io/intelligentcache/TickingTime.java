package io.intelligentcache;

import io.intelligentcache.tier.TimeSource;

/** The clocks of this machine, and a rough one that stands still between two {@link #tick}s. */
final class TickingTime implements TimeSource {
  private volatile long rough = System.nanoTime();

  /** Sets the rough clock. */
  void tick() {
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
    return System.currentTimeMillis();
  }
}
