package io.intelligentcache.disk;

/** How a store hashes stored keys. Thread-safe. */
@FunctionalInterface
interface KeyHash {
  long of(byte[] storedKey);

  /** Spreads well, and differently in each store; hides nothing. */
  static KeyHash seeded(long seed) {
    return bytes -> StoredKey.hash(bytes, seed);
  }
}
