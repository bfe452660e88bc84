package io.intelligentcache.redis.internal.record;

import io.intelligentcache.tier.Version;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/*
 * A value in Redis, big-endian:
 *
 *   offset  size  field
 *        0     1  format     0xC2; the next format has another byte
 *        1     1  kind       'V' value or absence, 'T' tombstone; 'L' is a lease, see Leases
 *        2     2  flags      bit 0: the payload is an LZ4 block; bits 1 to 15: the possible error of the
 *                            origin, in units of 64 microseconds, rounded up; all ones: larger
 *        4     4  crc        CRC32C of the key's name, then of all bytes except this field
 *        8     8  version    its time, 1 to 2^62 - 1; see Versions
 *       16     4  check      upper half of the version ^ its lower half ^ "ICM2"
 *       20     4  codec      fingerprint; "NONE" without a payload means that the key has no value
 *       24     8  writer     the instance that wrote it; the second part of the version
 *       32     8  origin     when the write began, in milliseconds since the epoch by the clock of Redis
 *       40     8  expiresAt  on the same clock; 2^63-1 is never
 *       48     4  rawBytes   of the value before compression
 *       52        payload
 *
 * The checksum includes the name, so that a value that was copied to another key is not read as its
 * value. The version has its own check, because scripts compare versions and can't compute a CRC. A
 * damaged version must not look like one of the far future: every later write of the key would be
 * refused.
 */

/** Encodes and decodes records. Bytes that are no record of the key count as absent; they are never an error. */
public final class RecordFormat {
  public static final int HEADER_BYTES = 52;
  public static final byte FORMAT = (byte) 0xC2;
  static final int CHECK = 0x49434D32;

  private static final byte OLDER_FORMAT = (byte) 0xC1;
  private static final short COMPRESSED = 1;
  private static final long ERROR_UNIT_MICROS = 64;
  private static final int MOST_ERROR_UNITS = (1 << 15) - 1;
  private static final long FARTHEST_MICROS = Duration.ofDays(1).toNanos() / 1_000;
  private static final int CRC_AT = 4;
  private static final int AFTER_CRC = 8;
  private static final int WRITER_AT = 24;
  private static final int LARGEST_RAW_BYTES = 1 << 30;
  private static final long VERSIONS = 1L << 62;
  private static final byte[] NOTHING = {};

  private final int largestPayload;

  public RecordFormat(int largestPayload) {
    this.largestPayload = largestPayload;
  }

  /**
   * The greatest size of a record with this configuration. A longer one is foreign, or of an instance with another
   * limit.
   */
  public int longest() {
    return HEADER_BYTES + largestPayload;
  }

  public byte[] write(byte[] name, StoredRecord record) {
    byte[] bytes = new byte[HEADER_BYTES + record.payload().length];
    ByteBuffer out = ByteBuffer.wrap(bytes)
        .put(FORMAT)
        .put(record.kind().code)
        .putShort(flags(record))
        .putInt(0)
        .putLong(record.version().time())
        .putInt(check(record.version().time()))
        .putInt(record.codec())
        .putLong(record.version().writer())
        .putLong(record.originMillis())
        .putLong(record.expiresAtMillis())
        .putInt(record.rawBytes())
        .put(record.payload());
    out.putInt(CRC_AT, crc(name, bytes));
    return bytes;
  }

  @Nullable
  public StoredRecord read(byte[] name, byte[] bytes) {
    if (bytes.length < HEADER_BYTES || ByteBuffer.wrap(bytes).getInt(CRC_AT) != crc(name, bytes)) {
      return null;
    }
    return read(bytes, bytes.length, Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length));
  }

  /**
   * Reads the head of a record. The result has no payload. The checksum is not compared, because it includes the
   * payload.
   *
   * @param head the first {@value #HEADER_BYTES} bytes, or fewer
   * @param size of the whole record
   */
  @Nullable
  public StoredRecord readHead(byte[] head, long size) {
    return head.length < HEADER_BYTES ? null : read(head, size, NOTHING);
  }

  private @Nullable StoredRecord read(byte[] head, long size, byte[] payload) {
    ByteBuffer in = ByteBuffer.wrap(head);
    byte format = in.get();
    RecordKind kind = RecordKind.of(in.get());
    short flags = in.getShort();
    long version = in.getLong(AFTER_CRC);
    in.position(AFTER_CRC + Long.BYTES);
    int check = in.getInt();
    int codec = in.getInt();
    long writer = in.getLong();
    long origin = in.getLong();
    long expiresAt = in.getLong();
    int rawBytes = in.getInt();
    boolean compressed = (flags & COMPRESSED) != 0;
    long payloadBytes = size - HEADER_BYTES;
    if (format != FORMAT
        || kind == null
        || payloadBytes > largestPayload
        || version <= 0
        || version >= VERSIONS
        || check != check(version)
        || rawBytes < 0
        || rawBytes > LARGEST_RAW_BYTES
        || (!compressed && rawBytes != payloadBytes)) {
      return null;
    }
    return new StoredRecord(
        kind,
        new Version(version, writer),
        origin,
        errorMicros(flags),
        expiresAt,
        codec,
        rawBytes,
        compressed,
        payload);
  }

  private static short flags(StoredRecord record) {
    long error = Math.min(
        (record.errorMicros() + ERROR_UNIT_MICROS - 1) / ERROR_UNIT_MICROS, MOST_ERROR_UNITS);
    return (short) (error << 1 | (record.compressed() ? COMPRESSED : 0));
  }

  /** The possible error of the origin of a record with these flags. */
  public static long errorMicros(short flags) {
    int units = (flags & 0xFFFF) >>> 1;
    return units == MOST_ERROR_UNITS ? FARTHEST_MICROS : units * ERROR_UNIT_MICROS;
  }

  /** Whether these bytes are of the older format: absent, but not damaged. */
  public static boolean isOlder(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == OLDER_FORMAT;
  }

  /**
   * The version of a damaged value: bytes that scripts take for a value, but that no reader accepts.
   * {@link Version#NONE} if they have no valid version.
   */
  public Version versionOfDamaged(byte[] bytes) {
    if (bytes.length < HEADER_BYTES
        || bytes.length - HEADER_BYTES > largestPayload // another instance may be able to read it
        || bytes[0] != FORMAT
        || bytes[1] != RecordKind.VALUE.code) {
      return Version.NONE;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    long version = in.getLong(AFTER_CRC);
    return version > 0 && version < VERSIONS && in.getInt(AFTER_CRC + Long.BYTES) == check(version)
        ? new Version(version, in.getLong(WRITER_AT))
        : Version.NONE;
  }

  private static int check(long version) {
    return (int) (version >>> 32) ^ (int) version ^ CHECK;
  }

  private static int crc(byte[] name, byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(name);
    crc.update(bytes, 0, CRC_AT);
    crc.update(bytes, AFTER_CRC, bytes.length - AFTER_CRC);
    return (int) crc.getValue();
  }
}
