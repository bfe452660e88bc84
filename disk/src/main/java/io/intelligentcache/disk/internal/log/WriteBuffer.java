package io.intelligentcache.disk.internal.log;

import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentCipher;
import io.intelligentcache.disk.internal.format.SegmentHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A part of one segment that is not in the file yet. Callers append records under the log's lock.
 * The writer writes them to the file in the same order. Appended bytes never change, so the writer
 * needs no lock.
 *
 * <p>Readers need no lock either. If the bytes are already reused by another write buffer, the
 * checksum of a copied record does not match. Then the file has the record.
 */
public final class WriteBuffer {
  /** The usual size: so much is written at once. */
  public static final int BYTES = 1 << 20;

  private final Segment segment;
  private final int start;
  private final ByteBuffer buffer;
  private volatile int filled;
  private int written;

  WriteBuffer(Segment segment, int start, ByteBuffer buffer) {
    this.segment = segment;
    this.start = start;
    this.buffer = buffer;
  }

  /** Allocates memory for one write buffer: the usual size, or more if a record needs more. */
  static ByteBuffer buffer(int atLeast) {
    int bytes = Math.max(BYTES, SegmentHeader.BYTES + atLeast) + RecordHeader.BYTES;
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  Segment segment() {
    return segment;
  }

  ByteBuffer buffer() {
    return buffer;
  }

  int filled() {
    return filled;
  }

  /** The offset in the file where the next record goes. */
  int end() {
    return start + filled;
  }

  int written() {
    return written;
  }

  void writtenTo(int end) {
    written = end;
  }

  int position(int offset) {
    return start + offset;
  }

  /** Whether a record fits while the room for a seal stays free. */
  boolean fits(int bytes) {
    return filled + bytes + RecordHeader.BYTES <= buffer.capacity();
  }

  void header(SegmentHeader header) {
    header.write(buffer, 0);
    filled = SegmentHeader.BYTES;
  }

  /** Appends a record, encrypted if its head says so; returns its offset in the segment. */
  int append(RecordHeader head, long generation, byte[] key, byte[] value) {
    int at = filled;
    SegmentCipher cipher = head.encrypted() ? segment.cipher() : null;
    if (cipher != null) {
      encrypt(cipher, head, at, generation, key, value);
    } else {
      head.write(buffer, at, generation, key);
      buffer.put(at + RecordHeader.BYTES + key.length, value, 0, value.length);
    }
    int end = at + RecordHeader.BYTES + head.keyLength() + head.valueLength();
    for (; (end & 7) != 0; end++) {
      buffer.put(end, (byte) 0);
    }
    filled = end;
    return start + at;
  }

  private void encrypt(
      SegmentCipher cipher, RecordHeader head, int at, long generation, byte[] key, byte[] value) {
    byte[] into = buffer.array();
    int keyAt = buffer.arrayOffset() + at + RecordHeader.BYTES;
    int valueAt = keyAt + head.keyLength();
    head.writeHeader(buffer, at, generation);
    byte[] bound = RecordHeader.bound(buffer, at);
    cipher.encryptKey(start + at, bound, key, into, keyAt);
    if (head.valueLength() > 0) {
      cipher.encryptValue(start + at, bound, key, value, into, valueAt);
    }
    head.writeChecksums(buffer, at, RecordHeader.crcOf(into, valueAt, head.valueLength()));
  }

  /** The stored key of a record in this buffer, as it will be in the file. */
  byte[] storedKey(RecordHeader head, int offset) {
    byte[] key = new byte[head.keyLength()];
    buffer.get(offset - start + RecordHeader.BYTES, key);
    return key;
  }

  boolean covers(Segment asked, int position) {
    return segment == asked && position >= start && position < start + filled;
  }

  /** Copies bytes from a position on; returns their number. */
  public int read(ByteBuffer into, int position) {
    int from = position - start;
    int bytes = Math.min(into.remaining(), filled - from);
    into.put(into.position(), buffer, from, bytes);
    into.position(into.position() + bytes);
    return bytes;
  }
}
