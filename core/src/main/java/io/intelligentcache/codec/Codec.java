package io.intelligentcache.codec;

/**
 * Encodes values as bytes and decodes them, for the tiers below memory. Thread-safe.
 *
 * <p>A codec must read every value back as an equal value. Each cache checks that. Of the values of each class
 * it reads back and compares the first, the 2nd, 4th, 8th up to the 256th, and then each 256th. The two values
 * must be of one class (lists, sets and maps: of one kind) and equal. They count as equal if {@code equals}
 * says so; otherwise if their fields, elements and entries are equal; otherwise, for a class without an {@code
 * equals} of its own, if both are encoded to the same bytes.
 *
 * <p>If a value of a class comes back changed, the class is refused from then on with a {@link CodecException}:
 * none of its values is stored below memory or read from there. If a value can't be read back at all, only that
 * value is refused, and the next value of its class is checked too.
 *
 * @param <V> type of the values
 */
public interface Codec<V> {
  /**
   * Names the format of the bytes. It is stored with every entry. Bytes that were written under another id are
   * a miss, so change the id whenever old bytes can no longer be read.
   *
   * @return for example {@code json/1:com.acme.User}
   */
  String id();

  /**
   * Encodes a value.
   *
   * @param value what to encode
   * @return its bytes; the codec must not change them later
   * @throws CodecException if it can't be encoded
   */
  byte[] encode(V value);

  /**
   * Decodes a value.
   *
   * @param bytes what {@link #encode} wrote, unchanged as far as a checksum can tell; must not be changed
   *     or kept
   * @return the value, never null
   * @throws RuntimeException if the bytes can't be read; the cache handles that as a miss
   */
  V decode(byte[] bytes);
}
