package io.intelligentcache.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads single records from the chunk or file where they should be, and believes nothing that
 * generation, key and checksums don't confirm. Takes no lock. Thread-safe.
 */
final class Records {
  private static final byte[] NOTHING_BOUND = new byte[0];

  private final Tail tail;
  private final Windows windows;
  private final StoreClock clock;

  Records(Tail tail, Windows windows, StoreClock clock) {
    this.tail = tail;
    this.windows = windows;
    this.clock = clock;
  }

  /**
   * Reads the put that should begin at an address.
   *
   * @param generation the segment's life that the address is of
   * @param key whose record it should be; null for any
   */
  Reading read(Segment segment, long generation, long address, @Nullable StoredKey key) {
    if (segment.quarantine().on(clock) && Address.offset(address) < segment.flushed()) {
      return Reading.Nothing.FAILED;
    }
    try {
      ByteBuffer window = windows.take();
      try {
        return read(segment, generation, address, key, window);
      } finally {
        windows.giveBack(window);
      }
    } catch (IOException e) {
      segment.quarantine().failed(clock, e);
      return Reading.Nothing.FAILED;
    } catch (OutOfMemoryError e) { // there may be no direct memory left
      return Reading.Nothing.FAILED;
    }
  }

  private Reading read(
      Segment segment, long generation, long address, @Nullable StoredKey key, ByteBuffer window)
      throws IOException {
    int start = Address.offset(address);
    int size = Address.size(address);
    boolean whole = fill(window.clear().limit(Math.min(size, window.capacity())), segment, start);
    RecordHead head = whole ? RecordHead.read(window, 0, generation) : null;
    if (head == null || head.kind() != RecordHead.PUT || head.size() != size || head.dead()) {
      return Reading.Nothing.UNREADABLE;
    }
    int valueAt = RecordHead.BYTES + head.keyLength();
    LifeCipher cipher = segment.cipher();
    byte[] bound = cipher == null ? NOTHING_BOUND : RecordHead.bound(window, 0);
    byte[] storedKey = new byte[head.keyLength()];
    window.get(RecordHead.BYTES, storedKey);
    if (key != null && (key.hash() != head.hash() || isOther(cipher, storedKey, key))) {
      return Reading.Nothing.OTHER_KEY;
    }
    byte[] value = new byte[head.valueLength()];
    int have = Math.min(value.length, window.limit() - valueAt);
    window.get(valueAt, value, 0, have);
    while (have < value.length) {
      window.clear().limit(Math.min(window.capacity(), value.length - have));
      if (!fill(window, segment, start + valueAt + have)) {
        return Reading.Nothing.UNREADABLE;
      }
      window.get(0, value, have, window.limit());
      have += window.limit();
    }
    if (RecordHead.crcOf(value, 0, value.length) != head.valueCrc()) {
      return Reading.Nothing.UNREADABLE;
    }
    byte[] plainKey = key != null ? key.bytes() : plain(cipher, start, bound, storedKey);
    byte[] plain = cipher == null || plainKey == null
        ? value
        : cipher.decryptValue(start, bound, plainKey, value);
    return plainKey == null || plain == null
        ? Reading.Nothing.UNREADABLE
        : new Reading.Found(
            key != null ? key : new StoredKey(plainKey, head.hash()),
            StoredValue.item(head, plain));
  }

  /** The tag of an encrypted value covers the key, so there the key need not be compared itself. */
  private static boolean isOther(@Nullable LifeCipher cipher, byte[] stored, StoredKey expected) {
    return cipher == null && !Arrays.equals(stored, expected.bytes());
  }

  private static byte @Nullable [] plain(
      @Nullable LifeCipher cipher, int start, byte[] bound, byte[] storedKey) {
    return cipher == null ? storedKey : cipher.decryptKey(start, bound, storedKey);
  }

  /**
   * Fills the window to its limit, from the chunk while the file does not have the place yet.
   *
   * @return false if the file ends before
   */
  private boolean fill(ByteBuffer window, Segment segment, int position) throws IOException {
    while (window.hasRemaining()) {
      int at = position + window.position();
      int bytes;
      if (at >= segment.flushed()) {
        Chunk chunk = tail.chunkAt(segment, at);
        bytes = chunk == null ? segment.read(window, at) : chunk.read(window, at);
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
