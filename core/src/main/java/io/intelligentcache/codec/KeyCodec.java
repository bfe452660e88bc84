package io.intelligentcache.codec;

/**
 * Encodes keys as text, for the tiers below memory and for patterns. Thread-safe.
 *
 * <p>Two keys that are not equal must never get the same text, and equal keys must always get the same text: on
 * disk and in Redis the text is the key.
 *
 * @param <K> type of the keys
 */
public interface KeyCodec<K> {
  /**
   * Encodes a key.
   *
   * @param key the key
   * @return its text
   */
  String encode(K key);

  /**
   * Decodes a key.
   *
   * @param text what {@link #encode} wrote
   * @return an equal key
   * @throws RuntimeException if the text is not a key
   */
  K decode(String text);
}
