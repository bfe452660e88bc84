package io.intelligentcache.disk;

import io.intelligentcache.tier.Item;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/*
 * A record, little-endian, starting at a multiple of 8:
 *
 *   offset  size  field
 *        0     4  headCrc      CRC32C of bytes 8 to the end of the key
 *        4     4  dead         0; anything else: struck out in place, counts as a tombstone
 *        8     4  generation   low 32 bits of the segment's generation
 *       12     2  keyLength    unsigned; of the stored key, see StoredKey
 *       14     1  kind         1 put, 2 tombstone, 3 clear marker, 4 seal
 *       15     1  flags        1 compressed
 *       16     8  hash         seeded, of the stored key
 *       24     4  valueLength
 *       28     4  rawBytes     of the value before compression
 *       32     4  codec        fingerprint
 *       36     4  valueCrc     CRC32C of the value
 *       40     8  expiresAt    milliseconds since the epoch; Long.MAX_VALUE = never
 *       48        stored key, value, padding to a multiple of 8
 *
 * The head (header and key) has its own checksum, so that a damaged value costs one entry: the chain
 * of records stays walkable, and keys can be listed without reading values. Everything but `dead`
 * and the padding is covered. The generation ends the walk where an older life of the file begins.
 */

/**
 * The fixed part of a record.
 *
 * @param keyLength bytes of the stored key
 * @param dead whether the record was struck out in place
 */
record RecordHead(
    int keyLength,
    byte kind,
    boolean dead,
    boolean compressed,
    long hash,
    int valueLength,
    int rawBytes,
    int codec,
    int valueCrc,
    long expiresAt) {
  static final int BYTES = 48;
  static final byte PUT = 1;
  static final byte TOMBSTONE = 2;
  static final byte CLEAR = 3;
  static final byte SEAL = 4;

  /** Where the word lies that strikes a record out. */
  static final int DEAD_OFFSET = 4;

  private static final int CRC_START = 8;

  /** Bytes that a record takes in the log. */
  static int size(int keyLength, int valueLength) {
    return align(BYTES + keyLength + valueLength);
  }

  int size() {
    return size(keyLength, valueLength);
  }

  private static int align(int bytes) {
    return (bytes + 7) & ~7;
  }

  /**
   * Reads a head and checks it, key included.
   *
   * @param from little-endian; its position and limit are left as they are
   * @param at where the record begins
   * @param generation what the record must belong to
   * @return null unless it is whole, undamaged and of that generation
   */
  static @Nullable RecordHead read(ByteBuffer from, int at, long generation) {
    if (from.limit() - at < BYTES || from.getInt(at + 8) != (int) generation) {
      return null;
    }
    int keyLength = Short.toUnsignedInt(from.getShort(at + 12));
    if (from.limit() - at < BYTES + keyLength || from.getInt(at) != crc(from, at, keyLength)) {
      return null;
    }
    var head = new RecordHead(
        keyLength,
        from.get(at + 14),
        from.getInt(at + DEAD_OFFSET) != 0,
        (from.get(at + 15) & 1) != 0,
        from.getLong(at + 16),
        from.getInt(at + 24),
        from.getInt(at + 28),
        from.getInt(at + 32),
        from.getInt(at + 36),
        from.getLong(at + 40));
    return head.possible() ? head : null;
  }

  private boolean possible() {
    return kind >= PUT
        && kind <= SEAL
        && valueLength >= 0
        && valueLength <= Layout.MAX_RECORD_BYTES
        && rawBytes >= 0
        && (compressed || kind != PUT || rawBytes == valueLength);
  }

  /** Writes header and key; the value is the caller's. */
  void write(ByteBuffer into, int at, long generation, byte[] key) {
    into.putInt(at + DEAD_OFFSET, 0);
    into.putInt(at + 8, (int) generation);
    into.putShort(at + 12, (short) keyLength);
    into.put(at + 14, kind);
    into.put(at + 15, (byte) (compressed ? 1 : 0));
    into.putLong(at + 16, hash);
    into.putInt(at + 24, valueLength);
    into.putInt(at + 28, rawBytes);
    into.putInt(at + 32, codec);
    into.putInt(at + 36, valueCrc);
    into.putLong(at + 40, expiresAt);
    into.put(at + BYTES, key, 0, keyLength);
    into.putInt(at, crc(into, at, keyLength));
  }

  private static int crc(ByteBuffer bytes, int at, int keyLength) {
    var crc = new CRC32C();
    ByteBuffer covered = bytes.duplicate();
    covered.limit(at + BYTES + keyLength).position(at + CRC_START);
    crc.update(covered);
    return (int) crc.getValue();
  }

  static int crcOf(byte[] value) {
    var crc = new CRC32C();
    crc.update(value, 0, value.length);
    return (int) crc.getValue();
  }

  /** Needs no key: recovery knows keys by their hash, as the index does. */
  static RecordHead tombstone(long hash) {
    return mark(TOMBSTONE, new StoredKey(StoredKey.NONE.bytes(), hash));
  }

  static RecordHead put(StoredKey key, Item item) {
    byte[] value = item.payload();
    return new RecordHead(
        key.bytes().length,
        PUT,
        false,
        item.compressed(),
        key.hash(),
        value.length,
        item.rawBytes(),
        item.codec(),
        crcOf(value),
        item.expiresAtMillis());
  }

  static RecordHead clear(StoredKey space) {
    return mark(CLEAR, space);
  }

  static RecordHead seal() {
    return mark(SEAL, StoredKey.NONE);
  }

  private static RecordHead mark(byte kind, StoredKey key) {
    return new RecordHead(
        key.bytes().length, kind, false, false, key.hash(), 0, 0, 0, 0, Long.MAX_VALUE);
  }
}
