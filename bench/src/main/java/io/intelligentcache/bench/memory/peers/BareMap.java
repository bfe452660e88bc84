package io.intelligentcache.bench.memory.peers;

import io.intelligentcache.bench.memory.CacheUnderTest;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A bare map without bounds, instead of a cache. */
public final class BareMap implements CacheUnderTest {
  private final ConcurrentHashMap<String, String> map = new ConcurrentHashMap<>();

  @Override
  public void put(String key, String value) {
    map.put(key, value);
  }

  @Override
  public @Nullable String get(String key) {
    return map.get(key);
  }

  @Override
  public void close() {
    map.clear();
  }
}
