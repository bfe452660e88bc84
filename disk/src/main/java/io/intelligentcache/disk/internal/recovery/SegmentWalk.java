package io.intelligentcache.disk.internal.recovery;

import io.intelligentcache.disk.internal.file.ReadBuffers;
import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentCipher;
import io.intelligentcache.disk.internal.format.SegmentHeader;
import io.intelligentcache.disk.internal.log.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the records of one generation of a segment, from its first to its seal, or to the
 * first record that is not whole. Reads through one buffer, the window. Bytes that are not needed
 * are read only if they are in the window anyway.
 */
public final class SegmentWalk {
  /** The window size for walks that read everything. */
  public static final int WIDE = 1 << 20;

  private final Segment segment;
  private final long generation;
  private final int limit;
  private final ByteBuffer window;
  private final @Nullable SegmentCipher cipher;
  private int windowStart;
  private int offset;
  private int next = SegmentHeader.BYTES;
  private boolean sealed;
  private @Nullable RecordHeader head;

  /**
   * Prepares a walk.
   *
   * @param limit where the file, or the part of it to be read, ends
   * @param window a buffer of at least {@link ReadBuffers#BYTES}, little-endian
   */
  public SegmentWalk(Segment segment, long generation, int limit, ByteBuffer window) {
    this.segment = segment;
    this.generation = generation;
    this.limit = limit;
    this.window = window;
    this.cipher = segment.cipher();
    window.limit(0);
  }

  /** The size of a window for reading a whole file. */
  static int wide(int fileBytes) {
    return Math.max(ReadBuffers.BYTES, Math.min(WIDE, fileBytes));
  }

  public static ByteBuffer window(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Moves to the next record; returns false at the seal, or if no whole record follows. */
  public boolean next() throws IOException {
    if (sealed) {
      return false;
    }
    RecordHeader found = headAt(next);
    if (found == null) {
      return false;
    }
    offset = next;
    next += found.size();
    head = found;
    sealed = found.kind() == RecordHeader.SEAL;
    return !sealed;
  }

  public RecordHeader head() {
    if (head == null) {
      throw new IllegalStateException("no record yet");
    }
    return head;
  }

  public int offset() {
    return offset;
  }

  public long address() {
    return Address.of(segment.number(), offset, head().size());
  }

  /** The offset where the next record begins or would begin. */
  public int end() {
    return next;
  }

  public boolean sealed() {
    return sealed;
  }

  /** The stored key of the record. Must be called before {@link #valueIntact}. */
  public byte[] key() {
    byte[] key = new byte[head().keyLength()];
    window.get(offset - windowStart + RecordHeader.BYTES, key);
    return key;
  }

  /** The stored key before encryption; null if it can't be decrypted. */
  public byte @Nullable [] plainKey() {
    return cipher == null
        ? key()
        : cipher.decryptKey(offset, RecordHeader.bound(window, offset - windowStart), key());
  }

  /** Reads the value of the record and compares its checksum. */
  boolean valueIntact() throws IOException {
    var crc = new CRC32C();
    int at = offset + RecordHeader.BYTES + head().keyLength();
    int end = at + head().valueLength();
    while (at < end) {
      if (!have(at, 1)) {
        return false;
      }
      int from = at - windowStart;
      int bytes = Math.min(end - at, window.limit() - from);
      crc.update(window.duplicate().limit(from + bytes).position(from));
      at += bytes;
    }
    return (int) crc.getValue() == head().valueCrc();
  }

  /**
   * Moves to the next whole record of this generation, if there is one. Called when the walk has
   * ended without a seal. An interrupted write loses the end of a segment, so if there is another
   * record, this is damage.
   */
  public boolean skipDamage() throws IOException {
    for (int at = next + 8; at + RecordHeader.BYTES <= limit; at += 8) {
      if (!have(at, RecordHeader.BYTES)) {
        return false;
      }
      if (window.getInt(at - windowStart + 8) == (int) generation && headAt(at) != null) {
        next = at;
        return true;
      }
    }
    return false;
  }

  private @Nullable RecordHeader headAt(int at) throws IOException {
    if (!have(at, RecordHeader.BYTES)) {
      return null;
    }
    int keyLength = Short.toUnsignedInt(window.getShort(at - windowStart + 12));
    if (RecordHeader.BYTES + keyLength > ReadBuffers.BYTES
        || !have(at, RecordHeader.BYTES + keyLength)) {
      return null;
    }
    return RecordHeader.read(window, at - windowStart, generation);
  }

  /**
   * Moves the window, if necessary, to contain the given bytes; returns false if the file does not
   * have them.
   */
  private boolean have(int at, int bytes) throws IOException {
    if (at + (long) bytes > limit) {
      return false;
    }
    if (at < windowStart || at + bytes > windowStart + window.limit()) {
      window.clear().limit(Math.min(window.capacity(), limit - at));
      segment.read(window, at);
      window.flip();
      windowStart = at;
    }
    return window.limit() >= bytes;
  }
}
