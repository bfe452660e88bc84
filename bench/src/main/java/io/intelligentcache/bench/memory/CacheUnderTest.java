package io.intelligentcache.bench.memory;

import org.jspecify.annotations.Nullable;

/** A cache, as the benchmarks use it. The methods add no work to that of the cache. */
public interface CacheUnderTest extends AutoCloseable {
  void put(String key, String value);

  @Nullable
  String get(String key);

  /** Does the postponed work of the cache, if it supports that, so that its content is exact. */
  default void settle() {}

  @Override
  void close();
}
