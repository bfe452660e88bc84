package io.intelligentcache.disk.internal.format;

import io.intelligentcache.tier.Item;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/*
 * A record, little-endian, starting at a multiple of 8:
 *
 *   offset  size  field
 *        0     4  headCrc      CRC32C of bytes 8 to the end of the key
 *        4     4  dead         0; any other value: marked dead in place, counts as a tombstone
 *        8     4  generation   low 32 bits of the segment's generation
 *       12     2  keyLength    length of the stored key, unsigned; see StoredKey
 *       14     1  kind         1 put, 2 tombstone, 3 clear marker, 4 seal
 *       15     1  flags        1 compressed, 2 encrypted, 4 shared: see StoredValue
 *       16     8  hash         of the stored key; 0 in a clear marker
 *       24     4  valueLength
 *       28     4  rawBytes     of the value before compression, without the prefix of StoredValue
 *       32     4  codec        fingerprint of the codec
 *       36     4  valueCrc     CRC32C of the value
 *       40     8  expiresAt    milliseconds since the epoch; Long.MAX_VALUE = never
 *       48        stored key, value, padding to a multiple of 8
 *
 * Lengths and checksums describe the bytes in the file. In an encrypted store these are the encrypted
 * bytes (see SegmentCipher). Tombstones and seals have nothing to encrypt.
 *
 * The head (header and key) has its own checksum, so that a damaged value costs one entry only: the
 * next record can still be found, and keys can be listed without reading values. The checksums cover
 * everything but `dead` and the padding. A walk over the records ends where the generation changes.
 */

/**
 * The header of a record.
 *
 * @param keyLength bytes of the stored key
 * @param dead whether the record was marked dead in place
 * @param encrypted whether stored key and value are encrypted; then their lengths include the tags
 * @param shared whether version and stamp precede the value, see {@link StoredValue}
 */
public record RecordHeader(
    int keyLength,
    byte kind,
    boolean dead,
    boolean compressed,
    boolean encrypted,
    boolean shared,
    long hash,
    int valueLength,
    int rawBytes,
    int codec,
    int valueCrc,
    long expiresAt) {
  public static final int BYTES = 48;
  public static final byte PUT = 1;
  static final byte TOMBSTONE = 2;
  public static final byte CLEAR = 3;
  public static final byte SEAL = 4;

  /** The offset of the word that marks a record dead. */
  public static final int DEAD_OFFSET = 4;

  private static final int CRC_START = 8;
  private static final int VALUE_CRC_OFFSET = 36;
  private static final int EXPIRY_OFFSET = 40;
  private static final int COMPRESSED = 1;
  private static final int ENCRYPTED = 2;
  private static final int SHARED = 4;

  /** The size of a record in the log, in bytes. */
  public static int size(int keyLength, int valueLength) {
    return align(BYTES + keyLength + valueLength);
  }

  public int size() {
    return size(keyLength, valueLength);
  }

  private static int align(int bytes) {
    return (bytes + 7) & ~7;
  }

  /**
   * Reads a header and checks it and its key.
   *
   * @param from little-endian; its position and limit do not change
   * @param at where the record begins
   * @param generation the generation that the record must have
   * @return null unless header and key are whole, undamaged and of that generation
   */
  public static @Nullable RecordHeader read(ByteBuffer from, int at, long generation) {
    if (from.limit() - at < BYTES || from.getInt(at + 8) != (int) generation) {
      return null;
    }
    int keyLength = Short.toUnsignedInt(from.getShort(at + 12));
    if (from.limit() - at < BYTES + keyLength || from.getInt(at) != crc(from, at, keyLength)) {
      return null;
    }
    var head = new RecordHeader(
        keyLength,
        from.get(at + 14),
        from.getInt(at + DEAD_OFFSET) != 0,
        (from.get(at + 15) & COMPRESSED) != 0,
        (from.get(at + 15) & ENCRYPTED) != 0,
        (from.get(at + 15) & SHARED) != 0,
        from.getLong(at + 16),
        from.getInt(at + 24),
        from.getInt(at + 28),
        from.getInt(at + 32),
        from.getInt(at + VALUE_CRC_OFFSET),
        from.getLong(at + EXPIRY_OFFSET));
    return head.possible() ? head : null;
  }

  /** The length of the stored key by a header at the beginning of a buffer, which is not checked. */
  public static int keyLength(ByteBuffer from) {
    return Short.toUnsignedInt(from.getShort(12));
  }

  private boolean possible() {
    return kind >= PUT
        && kind <= SEAL
        && valueLength >= (kind == PUT ? tagBytes(encrypted) + StoredValue.extraBytes(shared) : 0)
        && valueLength <= SegmentGeometry.MAX_RECORD_BYTES
        && rawBytes >= 0
        && (compressed
            || kind != PUT
            || rawBytes == valueLength - tagBytes(encrypted) - StoredValue.extraBytes(shared));
  }

  private static int tagBytes(boolean encrypted) {
    return encrypted ? SegmentCipher.TAG_BYTES : 0;
  }

  /** Writes header and key. The caller writes the value. */
  public void write(ByteBuffer into, int at, long generation, byte[] key) {
    writeHeader(into, at, generation);
    into.put(at + BYTES, key, 0, keyLength);
    writeChecksums(into, at, valueCrc);
  }

  /** Writes the header without checksums. It is invalid until {@link #writeChecksums}. */
  public void writeHeader(ByteBuffer into, int at, long generation) {
    into.putInt(at + DEAD_OFFSET, 0);
    into.putInt(at + 8, (int) generation);
    into.putShort(at + 12, (short) keyLength);
    into.put(at + 14, kind);
    into.put(at + 15, flags());
    into.putLong(at + 16, hash);
    into.putInt(at + 24, valueLength);
    into.putInt(at + 28, rawBytes);
    into.putInt(at + 32, codec);
    into.putLong(at + EXPIRY_OFFSET, expiresAt);
  }

  private byte flags() {
    return (byte)
        ((compressed ? COMPRESSED : 0) | (encrypted ? ENCRYPTED : 0) | (shared ? SHARED : 0));
  }

  /** Writes the checksums. The key must already follow the header. */
  public void writeChecksums(ByteBuffer into, int at, int crcOfValue) {
    into.putInt(at + VALUE_CRC_OFFSET, crcOfValue);
    into.putInt(at, crc(into, at, keyLength));
  }

  /**
   * The part of a header that the encryption tags cover: all but the checksums and {@code dead}.
   */
  public static byte[] bound(ByteBuffer header, int at) {
    byte[] bound = new byte[BYTES - CRC_START - Integer.BYTES];
    int beforeCrc = VALUE_CRC_OFFSET - CRC_START;
    header.get(at + CRC_START, bound, 0, beforeCrc);
    header.get(at + EXPIRY_OFFSET, bound, beforeCrc, bound.length - beforeCrc);
    return bound;
  }

  /** The same bytes, made from this header instead of a written one. */
  public byte[] bound(long generation) {
    ByteBuffer header = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    writeHeader(header, 0, generation);
    return bound(header, 0);
  }

  private static int crc(ByteBuffer bytes, int at, int keyLength) {
    var crc = new CRC32C();
    ByteBuffer covered = bytes.duplicate();
    covered.limit(at + BYTES + keyLength).position(at + CRC_START);
    crc.update(covered);
    return (int) crc.getValue();
  }

  public static int crcOf(byte[] bytes, int from, int length) {
    var crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  /**
   * The header of a tombstone. It has no key, because recovery and the index know keys by their
   * hash.
   */
  public static RecordHeader tombstone(long hash) {
    return mark(TOMBSTONE, hash, 0, false);
  }

  /** The size of a put before padding, in bytes. */
  public static long bytes(StoredKey key, Item item, boolean encrypted) {
    return BYTES + (long) key.bytes().length + StoredValue.length(item) + 2L * tagBytes(encrypted);
  }

  /**
   * The header of a put.
   *
   * @param key the key before encryption; the item too is as before encryption
   * @param value see {@link StoredValue#of}
   * @param encrypted whether they will be encrypted; the checksum of the value is known only after
   *     that
   */
  public static RecordHeader put(StoredKey key, Item item, byte[] value, boolean encrypted) {
    return new RecordHeader(
        key.bytes().length + tagBytes(encrypted),
        PUT,
        false,
        item.compressed(),
        encrypted,
        StoredValue.isShared(item),
        key.hash(),
        value.length + tagBytes(encrypted),
        item.rawBytes(),
        item.codec(),
        encrypted ? 0 : crcOf(value, 0, value.length),
        item.expiresAtMillis());
  }

  /**
   * The header of a clear marker. It is determined by the length of its key alone. So the key can
   * be decrypted when only the hint file is read.
   *
   * @param keyBytes length of the space's part of a stored key, before encryption
   */
  public static RecordHeader clear(int keyBytes, boolean encrypted) {
    return mark(CLEAR, 0, keyBytes + tagBytes(encrypted), encrypted);
  }

  public static RecordHeader seal() {
    return mark(SEAL, 0, 0, false);
  }

  private static RecordHeader mark(byte kind, long hash, int keyLength, boolean encrypted) {
    return new RecordHeader(
        keyLength, kind, false, false, encrypted, false, hash, 0, 0, 0, 0, Long.MAX_VALUE);
  }
}
