package io.intelligentcache.bench.memory.peers;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.intelligentcache.bench.memory.CacheUnderTest;
import io.intelligentcache.bench.memory.Capacity;
import io.intelligentcache.bench.memory.Contender;
import io.intelligentcache.bench.memory.Entries;
import org.jspecify.annotations.Nullable;

/** Caffeine with its default settings; it does its maintenance on the common pool. */
public final class WithCaffeine implements CacheUnderTest {
  private final Cache<String, String> cache;

  public WithCaffeine(Capacity capacity) {
    cache = Caffeine.newBuilder()
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
