package io.intelligentcache.cli.replay;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads fixed records, little-endian, without a header:
 *
 * <pre>
 *   offset  size  field
 *        0     8  key
 *        8     4  size   bytes; 0 = unknown
 *       12     4  ttl    seconds; 0 = none
 *       16     8  clock  milliseconds
 * </pre>
 */
final class BinaryRecords {
  static final int BYTES = 24;

  private static final int AT_ONCE = 4_096;
  private static final int SIZE_OFFSET = 8;
  private static final int TTL_OFFSET = 12;
  private static final int CLOCK_OFFSET = 16;
  private static final long UNSIGNED = 0xFFFF_FFFFL;

  private BinaryRecords() {}

  static void read(InputStream in, TraceBuilder trace) throws IOException, MalformedRequest {
    var buffer = ByteBuffer.allocate(AT_ONCE * BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long offset = 0;
    int length = buffer.capacity();
    while (length == buffer.capacity()) {
      length = in.readNBytes(buffer.array(), 0, buffer.capacity());
      for (int at = 0; at + BYTES <= length; at += BYTES) {
        trace.add(
            buffer.getLong(at),
            buffer.getInt(at + SIZE_OFFSET) & UNSIGNED,
            buffer.getInt(at + TTL_OFFSET) & UNSIGNED,
            buffer.getLong(at + CLOCK_OFFSET));
      }
      int odd = length % BYTES;
      if (odd != 0) {
        throw new MalformedRequest("byte " + (offset + length - odd)
            + ": the last record is cut off: " + odd + " of " + BYTES + " bytes");
      }
      offset += length;
    }
  }
}
