package io.intelligentcache.redis.internal;

import io.intelligentcache.redis.Redis;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierContexts;
import io.intelligentcache.tier.TierContract;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;

/** The contract of a tier on a real Redis. Each test has its own namespace. */
abstract class RedisContract extends TierContract {
  private static int opened;

  private final FakeTime time = new FakeTime();

  /** The configuration of that Redis. */
  abstract Redis redis();

  @Override
  protected final Tier open() {
    opened++;
    return redis()
        .namespace("contract" + opened)
        .commandTimeout(Duration.ofSeconds(10))
        .connectTimeout(Duration.ofSeconds(20))
        .maximumItemBytes(2_000_000)
        .open(TierContexts.of(time));
  }

  @Override
  protected final TimeSource time() {
    return time;
  }

  @Override
  protected final void letPass(Duration duration) {
    time.advance(duration);
  }

  @Override
  protected final Duration earlier() {
    return Duration.ofSeconds(30);
  }

  @Override
  protected final int tooLargeBytes() {
    return 2_000_001;
  }
}
