package io.intelligentcache.codec;

/**
 * Writes keys as text, for the tiers below memory and for patterns. Thread-safe.
 *
 * <p>Two keys that are not equal must never get the same text, and equal keys always get the same:
 * text is what a key is on disk and in Redis.
 *
 * @param <K> type of the keys
 */
public interface KeyCodec<K> {
  /**
   * Writes a key.
   *
   * @param key the key
   * @return its text
   */
  String encode(K key);

  /**
   * Reads a key.
   *
   * @param text what {@link #encode} wrote
   * @return an equal key
   * @throws RuntimeException if the text is no key
   */
  K decode(String text);
}
