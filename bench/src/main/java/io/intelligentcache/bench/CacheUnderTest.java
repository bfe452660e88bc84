package io.intelligentcache.bench;

import org.jspecify.annotations.Nullable;

/** A cache that a benchmark fills once and then reads. */
interface CacheUnderTest extends AutoCloseable {
  /** Stores before the measurement. */
  void put(String key, String value);

  /** What is measured. */
  @Nullable
  String get(String key);

  @Override
  void close();
}
