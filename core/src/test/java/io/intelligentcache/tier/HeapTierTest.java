package io.intelligentcache.tier;

import java.time.Duration;

final class HeapTierTest extends TierContract {
  private final FakeTime time = new FakeTime();

  @Override
  protected Tier open() {
    return new HeapTier(time);
  }

  @Override
  protected TimeSource time() {
    return time;
  }

  @Override
  protected void letPass(Duration duration) {
    time.advance(duration);
  }

  @Override
  protected int tooLargeBytes() {
    return HeapTier.TOO_LARGE + 1;
  }
}
