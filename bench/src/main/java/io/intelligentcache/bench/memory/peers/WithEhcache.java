package io.intelligentcache.bench.memory.peers;

import io.intelligentcache.bench.memory.CacheUnderTest;
import io.intelligentcache.bench.memory.Capacity;
import io.intelligentcache.bench.memory.Contender;
import org.ehcache.Cache;
import org.ehcache.CacheManager;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ExpiryPolicyBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Ehcache with a heap tier alone. It has no weigher: to count bytes, it would walk the objects of every
 * put by reflection. So it is bounded by entries, which is less work than the other caches do.
 */
public final class WithEhcache implements CacheUnderTest {
  private static final String NAME = "bench";

  private final CacheManager caches;
  private final Cache<String, String> cache;

  public WithEhcache(Capacity capacity) {
    caches = CacheManagerBuilder.newCacheManagerBuilder()
        .withCache(
            NAME,
            CacheConfigurationBuilder.newCacheConfigurationBuilder(
                    String.class, String.class, ResourcePoolsBuilder.heap(capacity.entries()))
                .withExpiry(ExpiryPolicyBuilder.timeToLiveExpiration(Contender.TTL)))
        .build(true);
    cache = caches.getCache(NAME, String.class, String.class);
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
