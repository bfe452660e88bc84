package io.intelligentcache.disk.internal.read;

import io.intelligentcache.disk.internal.file.ReadBuffers;
import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentCipher;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.disk.internal.format.StoredValue;
import io.intelligentcache.disk.internal.log.ActiveSegment;
import io.intelligentcache.disk.internal.log.Segment;
import io.intelligentcache.disk.internal.log.WriteBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads single records from the write buffer or the file. A record is used only if its generation,
 * key and checksums match. Takes no lock. Thread-safe.
 */
public final class RecordReader {
  private static final byte[] NOTHING_BOUND = new byte[0];

  /** Enough for most headers with their keys. */
  private static final int KEY_BYTES = 512;

  private final ActiveSegment active;
  private final ReadBuffers readBuffers;
  private final LongSupplier nanos;

  /**
   * Creates it.
   *
   * @param nanos the scheduler's clock
   */
  public RecordReader(ActiveSegment active, ReadBuffers readBuffers, LongSupplier nanos) {
    this.active = active;
    this.readBuffers = readBuffers;
    this.nanos = nanos;
  }

  /**
   * Reads the put at an address.
   *
   * @param generation the generation of the segment to which the address belongs
   * @param key the key that the record must have; null for any
   */
  public ReadResult read(Segment segment, long generation, long address, @Nullable StoredKey key) {
    return read(segment, address, window -> read(segment, generation, address, key, window));
  }

  /**
   * Reads the header and the key of the put at an address, whatever its key is. They may be of another record if the
   * address is not that of a record any more.
   *
   * @param generation the generation of the segment to which the address belongs
   */
  public ReadResult readKey(Segment segment, long generation, long address) {
    return read(segment, address, window -> readKey(segment, generation, address, window));
  }

  /** A read of a file. */
  private interface Reading {
    ReadResult into(ByteBuffer window) throws IOException;
  }

  private ReadResult read(Segment segment, long address, Reading reading) {
    if (segment.quarantine().on(nanos) && Address.offset(address) < segment.flushed()) {
      return ReadResult.Nothing.FAILED;
    }
    try {
      ByteBuffer window = readBuffers.take();
      try {
        return reading.into(window);
      } finally {
        readBuffers.giveBack(window);
      }
    } catch (IOException e) {
      segment.quarantine().failed(nanos, e);
      return ReadResult.Nothing.FAILED;
    } catch (OutOfMemoryError e) { // there may be no direct memory left
      return ReadResult.Nothing.FAILED;
    }
  }

  private ReadResult read(
      Segment segment, long generation, long address, @Nullable StoredKey key, ByteBuffer window)
      throws IOException {
    int start = Address.offset(address);
    int size = Address.size(address);
    boolean whole = fill(window.clear().limit(Math.min(size, window.capacity())), segment, start);
    RecordHeader head = whole ? RecordHeader.read(window, 0, generation) : null;
    if (head == null || head.kind() != RecordHeader.PUT || head.size() != size || head.dead()) {
      return ReadResult.Nothing.UNREADABLE;
    }
    int valueAt = RecordHeader.BYTES + head.keyLength();
    SegmentCipher cipher = segment.cipher();
    byte[] bound = cipher == null ? NOTHING_BOUND : RecordHeader.bound(window, 0);
    byte[] storedKey = new byte[head.keyLength()];
    window.get(RecordHeader.BYTES, storedKey);
    if (key != null && (key.hash() != head.hash() || isOther(cipher, storedKey, key))) {
      return ReadResult.Nothing.OTHER_KEY;
    }
    byte[] value = new byte[head.valueLength()];
    int have = Math.min(value.length, window.limit() - valueAt);
    window.get(valueAt, value, 0, have);
    while (have < value.length) {
      window.clear().limit(Math.min(window.capacity(), value.length - have));
      if (!fill(window, segment, start + valueAt + have)) {
        return ReadResult.Nothing.UNREADABLE;
      }
      window.get(0, value, have, window.limit());
      have += window.limit();
    }
    if (RecordHeader.crcOf(value, 0, value.length) != head.valueCrc()) {
      return ReadResult.Nothing.UNREADABLE;
    }
    byte[] plainKey = key != null ? key.bytes() : plain(cipher, start, bound, storedKey);
    byte[] plain = cipher == null || plainKey == null
        ? value
        : cipher.decryptValue(start, bound, plainKey, value);
    return plainKey == null || plain == null
        ? ReadResult.Nothing.UNREADABLE
        : new ReadResult.Found(
            key != null ? key : new StoredKey(plainKey, head.hash()),
            StoredValue.item(head, plain));
  }

  private ReadResult readKey(Segment segment, long generation, long address, ByteBuffer window)
      throws IOException {
    int start = Address.offset(address);
    int size = Address.size(address);
    if (!fill(window.clear().limit(Math.min(size, KEY_BYTES)), segment, start)) {
      return ReadResult.Nothing.UNREADABLE;
    }
    int bytes = RecordHeader.BYTES + RecordHeader.keyLength(window);
    if (bytes > window.limit()) {
      int all = Math.min(size, Math.min(bytes, window.capacity()));
      if (!fill(window.clear().limit(all), segment, start)) {
        return ReadResult.Nothing.UNREADABLE;
      }
    }
    RecordHeader head = RecordHeader.read(window, 0, generation);
    if (head == null || head.kind() != RecordHeader.PUT || head.size() != size || head.dead()) {
      return ReadResult.Nothing.UNREADABLE;
    }
    byte[] key = new byte[head.keyLength()];
    window.get(RecordHeader.BYTES, key);
    SegmentCipher cipher = segment.cipher();
    byte[] bound = cipher == null ? NOTHING_BOUND : RecordHeader.bound(window, 0);
    byte[] plain = plain(cipher, start, bound, key);
    return plain == null ? ReadResult.Nothing.UNREADABLE : new ReadResult.Key(head, plain);
  }

  /**
   * Whether a record has another key. Only for unencrypted keys: the tag of an encrypted value
   * covers the key, so decryption compares it.
   */
  private static boolean isOther(
      @Nullable SegmentCipher cipher, byte[] stored, StoredKey expected) {
    return cipher == null && !Arrays.equals(stored, expected.bytes());
  }

  private static byte @Nullable [] plain(
      @Nullable SegmentCipher cipher, int start, byte[] bound, byte[] storedKey) {
    return cipher == null ? storedKey : cipher.decryptKey(start, bound, storedKey);
  }

  /**
   * Fills the window to its limit. Reads from the write buffer if the file does not have the bytes
   * yet.
   *
   * @return false if the file ends before
   */
  private boolean fill(ByteBuffer window, Segment segment, int position) throws IOException {
    while (window.hasRemaining()) {
      int at = position + window.position();
      int bytes;
      if (at >= segment.flushed()) {
        WriteBuffer buffer = active.chunkAt(segment, at);
        bytes = buffer == null ? segment.read(window, at) : buffer.read(window, at);
      } else {
        bytes = segment.read(window, at);
      }
      if (bytes <= 0) {
        return false;
      }
    }
    window.flip();
    return true;
  }
}
