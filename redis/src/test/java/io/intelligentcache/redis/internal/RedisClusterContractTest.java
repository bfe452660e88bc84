package io.intelligentcache.redis.internal;

import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisCluster;
import org.junit.jupiter.api.AfterAll;

final class RedisClusterContractTest extends RedisContract {
  private static final RedisCluster CLUSTER = RedisCluster.of(3);

  @AfterAll
  static void stop() {
    CLUSTER.close();
  }

  @Override
  Redis redis() {
    return Redis.cluster(CLUSTER.url());
  }

  /** Each raises the generations of all 16,384 slots. */
  @Override
  protected int clears() {
    return 4;
  }
}
