package io.intelligentcache.disk.internal.format;

import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Version;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The value of a record. It is the payload of the item. If the item has a version, the two parts of
 * the version and the stamp precede the payload, 8 bytes each. Then the record has flag 4.
 */
public final class StoredValue {
  private static final int SHARED_BYTES = 3 * Long.BYTES;

  private StoredValue() {}

  static boolean isShared(Item item) {
    return !item.version().isNone();
  }

  static int extraBytes(boolean shared) {
    return shared ? SHARED_BYTES : 0;
  }

  public static int length(Item item) {
    return extraBytes(isShared(item)) + item.payload().length;
  }

  public static byte[] of(Item item) {
    return isShared(item)
        ? ByteBuffer.allocate(length(item))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(item.version().time())
            .putLong(item.version().writer())
            .putLong(item.stamp())
            .put(item.payload())
            .array()
        : item.payload();
  }

  /** The item of an undamaged record. */
  public static Item item(RecordHeader head, byte[] value) {
    if (!head.shared()) {
      return new Item(value, head.rawBytes(), head.compressed(), head.codec(), head.expiresAt());
    }
    ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    return new Item(
        Arrays.copyOfRange(value, SHARED_BYTES, value.length),
        head.rawBytes(),
        head.compressed(),
        head.codec(),
        head.expiresAt(),
        new Version(in.getLong(), in.getLong()),
        in.getLong());
  }
}
