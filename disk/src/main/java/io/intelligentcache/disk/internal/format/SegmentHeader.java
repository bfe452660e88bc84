package io.intelligentcache.disk.internal.format;

import io.intelligentcache.disk.internal.file.StoreClock;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/*
 * The first 64 bytes of a segment file, little-endian:
 *
 *   offset  size  field
 *        0     4  magic         "ICSG"
 *        4     2  major         format version
 *        6     2  minor
 *        8     8  generation    increases over the whole store
 *       16    16  store         the store's UUID: a file of another store is not used
 *       32     4  segmentBytes
 *       36     8  seen          the time of the store when the generation began, in epoch milliseconds
 *       44     8  distrusted    entries before this position that have an expiry have expired
 *       52     8  salt          of the key, see StoreKeys; 0 if the store is not encrypted
 *       60     4  crc           CRC32C of bytes 0 to 60
 *
 * 64 zero bytes, or an empty file, mark a segment that is free.
 */

/** The header of a segment file. */
public record SegmentHeader(
    long generation, UUID store, int segmentBytes, StoreClock.Mark clock, long salt) {
  public static final int BYTES = 64;
  private static final int MAGIC = 0x47534349;

  public void write(ByteBuffer into, int at) {
    into.putInt(at, MAGIC);
    into.putShort(at + 4, Manifest.MAJOR);
    into.putShort(at + 6, Manifest.MINOR);
    into.putLong(at + 8, generation);
    into.putLong(at + 16, store.getMostSignificantBits());
    into.putLong(at + 24, store.getLeastSignificantBits());
    into.putInt(at + 32, segmentBytes);
    into.putLong(at + 36, clock.seen());
    into.putLong(at + 44, clock.distrusted());
    into.putLong(at + 52, salt);
    into.putInt(at + 60, crc(into, at));
  }

  /** Reads the header at the start of the buffer; returns null if it is damaged. */
  public static @Nullable SegmentHeader read(ByteBuffer from) {
    if (from.limit() < BYTES
        || from.getInt(0) != MAGIC
        || from.getShort(4) != Manifest.MAJOR
        || from.getInt(60) != crc(from, 0)) {
      return null;
    }
    return new SegmentHeader(
        from.getLong(8),
        new UUID(from.getLong(16), from.getLong(24)),
        from.getInt(32),
        new StoreClock.Mark(from.getLong(36), from.getLong(44), 0),
        from.getLong(52));
  }

  public static boolean isFree(ByteBuffer from) {
    for (int i = 0; i < Math.min(BYTES, from.limit()); i++) {
      if (from.get(i) != 0) {
        return false;
      }
    }
    return from.limit() == 0 || from.limit() >= BYTES;
  }

  private static int crc(ByteBuffer bytes, int at) {
    var crc = new CRC32C();
    ByteBuffer covered = bytes.duplicate();
    covered.limit(at + 60).position(at);
    crc.update(covered);
    return (int) crc.getValue();
  }
}
