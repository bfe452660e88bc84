package io.intelligentcache.tier;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Clocks that stand until they are told. */
public final class FakeTime implements TimeSource {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final AtomicLong millis = new AtomicLong(1_800_000_000_000L);

  @Override
  public long nanos() {
    return nanos.get();
  }

  @Override
  public long epochMillis() {
    return millis.get();
  }

  /** Both clocks go on by the same time. */
  public void advance(Duration time) {
    nanos.addAndGet(time.toNanos());
    millis.addAndGet(time.toMillis());
  }

  /** Only the wall clock jumps, as when somebody sets it. */
  public void jumpWallClock(Duration by) {
    millis.addAndGet(by.toMillis());
  }
}
