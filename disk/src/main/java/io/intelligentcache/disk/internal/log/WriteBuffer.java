package io.intelligentcache.disk.internal.log;

import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentCipher;
import io.intelligentcache.disk.internal.format.SegmentHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Records on their way to the file: a stretch of one segment. Filled under the log's lock from one
 * end, written from that same end by the writer; what is filled never changes again, so the two
 * don't meet.
 *
 * <p>A reader may look into it without any lock. If the buffer has been given to another chunk
 * meanwhile, what it copies fails the checksum, and by then the file has the record.
 */
public final class WriteBuffer {
  /** The group buffer: what is written in one go. */
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

  /** A buffer for one chunk: of the usual size, or as large as a record needs that exceeds it. */
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

  /** Where the file continues after what is filled. */
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

  /** The stored key of a record that it has, as it will be in the file. */
  byte[] storedKey(RecordHeader head, int offset) {
    byte[] key = new byte[head.keyLength()];
    buffer.get(offset - start + RecordHeader.BYTES, key);
    return key;
  }

  boolean covers(Segment asked, int position) {
    return segment == asked && position >= start && position < start + filled;
  }

  /** Copies what it has from a position on; returns the number of bytes. */
  public int read(ByteBuffer into, int position) {
    int from = position - start;
    int bytes = Math.min(into.remaining(), filled - from);
    into.put(into.position(), buffer, from, bytes);
    into.position(into.position() + bytes);
    return bytes;
  }
}
