package io.intelligentcache.codec;

/**
 * Turns values into bytes and back, for the tiers below memory. Thread-safe.
 *
 * @param <V> type of the values
 */
public interface Codec<V> {
  /**
   * Names the form of the bytes. It is stored with every entry: bytes written under another id are
   * a miss, so change it whenever old bytes can no longer be read.
   *
   * @return for example {@code json/1:com.acme.User}
   */
  String id();

  /**
   * Writes a value.
   *
   * @param value what to write
   * @return its bytes, which the codec no longer touches
   * @throws CodecException if it can't be written
   */
  byte[] encode(V value);

  /**
   * Reads a value.
   *
   * @param bytes what {@link #encode} wrote, unchanged as far as a checksum can tell; not to be
   *     changed or kept
   * @return the value, never null
   * @throws RuntimeException if the bytes can't be read; the cache takes that as a miss
   */
  V decode(byte[] bytes);
}
