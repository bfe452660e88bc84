package io.intelligentcache.bench.memory.peers;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.intelligentcache.bench.memory.CacheUnderTest;
import io.intelligentcache.bench.memory.Capacity;
import io.intelligentcache.bench.memory.Contender;
import io.intelligentcache.bench.memory.Entries;
import org.jspecify.annotations.Nullable;

/** Guava's cache with its default settings; it has four segments. */
public final class WithGuava implements CacheUnderTest {
  private final Cache<String, String> cache;

  public WithGuava(Capacity capacity) {
    cache = CacheBuilder.newBuilder()
        .maximumWeight(capacity.weight())
        .weigher(Entries::weight)
        .expireAfterWrite(Contender.TTL)
        .build();
  }

  @Override
  public void put(String key, String value) {
    cache.put(key, value);
  }

  @Override
  public @Nullable String get(String key) {
    return cache.getIfPresent(key);
  }

  @Override
  public void settle() {
    cache.cleanUp();
  }

  @Override
  public void close() {
    cache.invalidateAll();
  }
}
