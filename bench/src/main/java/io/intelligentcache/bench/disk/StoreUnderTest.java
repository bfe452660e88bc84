package io.intelligentcache.bench.disk;

import org.jspecify.annotations.Nullable;

/**
 * A store on disk, as the benchmarks use it: bytes in, bytes out. An entry has a number in addition to
 * its key, for the raw file, which has no index. A failure is an exception and ends the measurement.
 */
public interface StoreUnderTest extends AutoCloseable {
  /**
   * Stores a value with the guarantees of the store for an acknowledged put.
   *
   * @return false if the queue of the store was full; then it has dropped the value
   */
  boolean put(int entry, byte[] key, byte[] value);

  byte @Nullable [] get(int entry, byte[] key);

  /** Returns when all puts have reached the operating system, if the store supports that. */
  default void settle() {}

  /** Returns when the background work of earlier puts is done, if there is any. */
  default void rest() {}

  @Override
  void close();
}
