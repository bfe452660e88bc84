package io.intelligentcache.bench.memory;

import org.jspecify.annotations.Nullable;

/** A cache, as the benchmarks use it. Its methods add nothing to what the cache itself does. */
public interface CacheUnderTest extends AutoCloseable {
  void put(String key, String value);

  @Nullable
  String get(String key);

  /** Does what the cache has put off, where it can be asked to, so that what it holds can be told. */
  default void settle() {}

  @Override
  void close();
}
