package io.intelligentcache.bench.memory.peers;

import io.intelligentcache.bench.memory.CacheUnderTest;
import io.intelligentcache.bench.memory.Capacity;
import io.intelligentcache.bench.memory.Contender;
import io.intelligentcache.bench.memory.Entries;
import java.util.concurrent.TimeUnit;
import org.cache2k.Cache;
import org.cache2k.Cache2kBuilder;
import org.jspecify.annotations.Nullable;

/** cache2k with its default settings; it counts statistics. */
public final class WithCache2k implements CacheUnderTest {
  private final Cache<String, String> cache;

  public WithCache2k(Capacity capacity) {
    cache = Cache2kBuilder.of(String.class, String.class)
        .maximumWeight(capacity.weight())
        .weigher(Entries::weight)
        .expireAfterWrite(Contender.TTL.toMillis(), TimeUnit.MILLISECONDS)
        .build();
  }

  @Override
  public void put(String key, String value) {
    cache.put(key, value);
  }

  @Override
  public @Nullable String get(String key) {
    return cache.peek(key);
  }

  @Override
  public void close() {
    cache.close();
  }
}
