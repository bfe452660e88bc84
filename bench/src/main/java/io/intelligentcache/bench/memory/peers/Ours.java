package io.intelligentcache.bench.memory.peers;

import io.intelligentcache.CacheSpec;
import io.intelligentcache.EvictionPolicy;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.bench.memory.CacheUnderTest;
import io.intelligentcache.bench.memory.Capacity;
import io.intelligentcache.bench.memory.Contender;
import io.intelligentcache.bench.memory.Entries;
import org.jspecify.annotations.Nullable;

/** Our cache with memory alone. */
public final class Ours implements CacheUnderTest {
  private static final String NAME = "bench";
  private static final CacheSpec<String, String> SPEC =
      CacheSpec.of(String.class, String.class).weigher(Entries::weight);

  private final TieredCacheManager caches;
  private final TieredCache<String, String> cache;

  public Ours(EvictionPolicy policy, Capacity capacity) {
    caches = TieredCacheManager.builder()
        .memory(Memory.ofBytes(budget(capacity)).policy(policy))
        .defaultTtl(Contender.TTL)
        .build();
    cache = caches.cache(NAME, SPEC);
  }

  /**
   * The memory budget. Our budget includes the cache's own objects, the limits of the other caches do
   * not. So the budget is larger, and leaves the same space for keys and values.
   */
  private static long budget(Capacity capacity) {
    return capacity.weight() + capacity.entries() * ownBytes();
  }

  /** The bytes that an entry counts in addition to its weight. */
  private static long ownBytes() {
    try (TieredCacheManager one =
        TieredCacheManager.builder().memory(Memory.ofMegabytes(1)).build()) {
      one.cache(NAME, SPEC.weigher((key, value) -> 0)).put("key", "value");
      return one.stats().memoryBytes();
    }
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
