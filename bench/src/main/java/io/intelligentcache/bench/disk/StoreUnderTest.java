package io.intelligentcache.bench.disk;

import org.jspecify.annotations.Nullable;

/**
 * A store on disk, as the benchmarks use it: bytes in, bytes out. An entry has a number beside its
 * key, for the raw limit, which has no index. Trouble is an exception and ends the measurement.
 */
public interface StoreUnderTest extends AutoCloseable {
  /**
   * Stores a value, as far as the store promises when it acknowledges a put.
   *
   * @return false if the store had no room in its queue; then it has dropped the value
   */
  boolean put(int entry, byte[] key, byte[] value);

  byte @Nullable [] get(int entry, byte[] key);

  /** Returns when the operating system has all that was put, where the store can be asked to. */
  default void settle() {}

  /** Returns when the work that puts have left to background threads is done, if there is any. */
  default void rest() {}

  @Override
  void close();
}
