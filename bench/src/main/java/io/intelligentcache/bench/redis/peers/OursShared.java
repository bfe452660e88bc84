package io.intelligentcache.bench.redis.peers;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.bench.memory.CacheUnderTest;
import io.intelligentcache.bench.memory.Contender;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.stats.Health;
import org.jspecify.annotations.Nullable;

/** Our cache in memory with default settings, with or without Redis below it. */
public final class OursShared implements CacheUnderTest {
  private static final int MEGABYTES = 100;

  private final TieredCacheManager caches;
  private final TieredCache<String, String> cache;

  private OursShared(TieredCacheManager caches) {
    this.caches = caches;
    cache = caches.cache("bench", CacheSpec.of(String.class, String.class));
  }

  public static OursShared over(String url) {
    TieredCacheManager caches = inMemory()
        .redis(Redis.at(url)
            .namespace("shared")
            .commandTimeout(OursAtRedis.TIMEOUT)
            .connectTimeout(OursAtRedis.TIMEOUT))
        .build();
    Health health = caches.health();
    if (!health.ready()) { // puts would be refused, and every read would ask Redis
      caches.close();
      throw new IllegalStateException("Redis can't be measured: " + health.problem());
    }
    return new OursShared(caches);
  }

  public static OursShared alone() {
    return new OursShared(inMemory().build());
  }

  private static TieredCacheManager.Builder inMemory() {
    return TieredCacheManager.builder()
        .memory(Memory.ofMegabytes(MEGABYTES))
        .defaultTtl(Contender.TTL);
  }

  @Override
  public void put(String key, String value) {
    cache.put(key, value);
  }

  @Override
  public @Nullable String get(String key) {
    return cache.get(key);
  }

  @Override
  public void close() {
    caches.close();
  }
}
