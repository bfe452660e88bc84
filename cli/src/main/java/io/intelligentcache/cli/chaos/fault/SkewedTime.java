package io.intelligentcache.cli.chaos.fault;

import io.intelligentcache.tier.TimeSource;
import java.time.Duration;

/** This machine's clocks, with a wall clock that is wrong. Thread-safe. */
public final class SkewedTime implements TimeSource {
  public static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

  private volatile long skewMillis;

  /** Makes the wall clock wrong by so much, from here on. */
  void jump(Duration by) {
    skewMillis = by.toMillis();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long epochMillis() {
    return System.currentTimeMillis() + skewMillis;
  }
}
