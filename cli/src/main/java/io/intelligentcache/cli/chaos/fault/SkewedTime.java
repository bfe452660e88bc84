package io.intelligentcache.cli.chaos.fault;

import io.intelligentcache.tier.TimeSource;
import java.time.Duration;

/** The clocks of this machine, with a wall clock that can be set wrong. Thread-safe. */
public final class SkewedTime implements TimeSource {
  public static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

  private volatile long skewMillis;

  /** Sets the error of the wall clock. */
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
