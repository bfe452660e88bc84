package io.intelligentcache.disk.internal.format;

/** The hash function of a store for stored keys. Thread-safe. */
@FunctionalInterface
public interface KeyHash {
  long of(byte[] storedKey);

  /** A hash that distributes well, and differently in each store. It does not hide the keys. */
  static KeyHash seeded(long seed) {
    return bytes -> StoredKey.hash(bytes, seed);
  }
}
