package io.intelligentcache.codec;

/**
 * Turns values into bytes and back, for the tiers below memory. Thread-safe.
 *
 * <p>What it writes it must read back as an equal value. Each cache checks that: of the values of each class
 * the first, the 2nd, 4th, 8th up to the 256th, and then each 256th are read back and compared. The two have to be
 * of one class (lists, sets and maps: of one kind) and equal: by {@code equals}; else by their fields,
 * elements and entries; else, for a class without an {@code equals} of its own, by writing both. A class
 * of which a value comes back changed is refused with a {@link CodecException} from then on: none of its values
 * is stored below memory or read from there. Where a value can't be read back at all, only that one is refused, and
 * the next is checked, too.
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
