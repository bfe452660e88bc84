package io.intelligentcache.redis.internal;

import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisServerProcess;
import org.junit.jupiter.api.AfterAll;

final class RedisTierContractTest extends RedisContract {
  private static final RedisServerProcess SERVER = RedisServerProcess.launch();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Override
  Redis redis() {
    return Redis.at(SERVER.url());
  }
}
