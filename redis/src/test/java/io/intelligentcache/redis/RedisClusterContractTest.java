package io.intelligentcache.redis;

import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TierContract;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;

final class RedisClusterContractTest extends TierContract {
  private static final RedisCluster CLUSTER = RedisCluster.of(3);
  private static int opened;

  private final FakeTime time = new FakeTime();

  @AfterAll
  static void stop() {
    CLUSTER.close();
  }

  @Override
  protected Tier open() {
    opened++;
    return Redis.cluster(CLUSTER.url())
        .namespace("contract" + opened)
        .commandTimeout(Duration.ofSeconds(10))
        .connectTimeout(Duration.ofSeconds(20))
        .maximumItemBytes(2_000_000)
        .open(new TierContext(time));
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
    return 2_000_001;
  }
}
