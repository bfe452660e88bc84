package io.intelligentcache.disk;

import io.intelligentcache.tier.Item;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What of an item stands in a record as its value: the payload; before it, if the item has a version,
 * that version and its stamp, 8 bytes each. Flag 4 of the record says so.
 */
final class StoredValue {
  private static final int SHARED_BYTES = 2 * Long.BYTES;

  private StoredValue() {}

  static boolean isShared(Item item) {
    return item.version() != Item.NO_VERSION;
  }

  static int extraBytes(boolean shared) {
    return shared ? SHARED_BYTES : 0;
  }

  static int length(Item item) {
    return extraBytes(isShared(item)) + item.payload().length;
  }

  static byte[] of(Item item) {
    return isShared(item)
        ? ByteBuffer.allocate(length(item))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(item.version())
            .putLong(item.stamp())
            .put(item.payload())
            .array()
        : item.payload();
  }

  /** The item of a record that was found to be undamaged. */
  static Item item(RecordHead head, byte[] value) {
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
        in.getLong(),
        in.getLong());
  }
}
