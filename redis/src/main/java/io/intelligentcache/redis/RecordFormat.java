package io.intelligentcache.redis;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/*
 * A value in Redis, big-endian:
 *
 *   offset  size  field
 *        0     1  format     0xC1; the next format has another byte
 *        1     1  kind       'V', a value. 'N' (cached absence), 'T' (tombstone) and 'L' (lease)
 *                            are kept for the protocol between instances
 *        2     2  flags      bit 0: the payload is an LZ4 block; others 0
 *        4     4  crc        CRC32C of the key's name, then of all bytes here but this field
 *        8     8  version    of the write; see Versions
 *       16     8  writer     the tier that wrote it
 *       24     8  expiresAt  milliseconds since the epoch by the clock of Redis; 2^63-1 is never
 *       32     4  codec      fingerprint
 *       36     4  rawBytes   of the value before compression
 *       40        payload
 *
 * The name is in the checksum so that a value that got under another key is no value of it.
 */

/** Writes records and reads them. Bytes that are no record of the key are absent, never an error. */
final class RecordFormat {
  static final int HEADER_BYTES = 40;

  private static final byte FORMAT = (byte) 0xC1;
  private static final byte VALUE = 'V';
  private static final short COMPRESSED = 1;
  private static final int CRC_AT = 4;
  private static final int AFTER_CRC = 8;
  private static final int LARGEST_RAW_BYTES = 1 << 30;

  private final int largestPayload;

  RecordFormat(int largestPayload) {
    this.largestPayload = largestPayload;
  }

  byte[] write(byte[] name, StoredRecord record) {
    byte[] bytes = new byte[HEADER_BYTES + record.payload().length];
    ByteBuffer out = ByteBuffer.wrap(bytes)
        .put(FORMAT)
        .put(VALUE)
        .putShort(record.compressed() ? COMPRESSED : 0)
        .putInt(0)
        .putLong(record.version())
        .putLong(record.writer())
        .putLong(record.expiresAtMillis())
        .putInt(record.codec())
        .putInt(record.rawBytes())
        .put(record.payload());
    out.putInt(CRC_AT, crc(name, bytes));
    return bytes;
  }

  @Nullable
  StoredRecord read(byte[] name, byte[] bytes) {
    if (bytes.length < HEADER_BYTES || bytes.length - HEADER_BYTES > largestPayload) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte format = in.get();
    byte kind = in.get();
    short flags = in.getShort();
    int crc = in.getInt();
    if (format != FORMAT
        || kind != VALUE
        || (flags & ~COMPRESSED) != 0
        || crc != crc(name, bytes)) {
      return null;
    }
    long version = in.getLong();
    long writer = in.getLong();
    long expiresAt = in.getLong();
    int codec = in.getInt();
    int rawBytes = in.getInt();
    boolean compressed = flags == COMPRESSED;
    int payloadBytes = bytes.length - HEADER_BYTES;
    if (rawBytes < 0 || rawBytes > LARGEST_RAW_BYTES || (!compressed && rawBytes != payloadBytes)) {
      return null;
    }
    byte[] payload = Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length);
    return new StoredRecord(version, writer, expiresAt, codec, rawBytes, compressed, payload);
  }

  private static int crc(byte[] name, byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(name);
    crc.update(bytes, 0, CRC_AT);
    crc.update(bytes, AFTER_CRC, bytes.length - AFTER_CRC);
    return (int) crc.getValue();
  }
}
