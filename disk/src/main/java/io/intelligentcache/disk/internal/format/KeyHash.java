package io.intelligentcache.disk.internal.format;

/** How a store hashes stored keys. Thread-safe. */
@FunctionalInterface
public interface KeyHash {
  long of(byte[] storedKey);

  /** Spreads well, and differently in each store; hides nothing. */
  static KeyHash seeded(long seed) {
    return bytes -> StoredKey.hash(bytes, seed);
  }
}
