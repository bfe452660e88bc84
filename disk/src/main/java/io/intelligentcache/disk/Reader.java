package io.intelligentcache.disk;

import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Answers reads. Takes no lock of the log: looks into the index, reads the record from the chunk or
 * file where it should be, and believes nothing that generation, key and checksums don't confirm.
 */
final class Reader {
  /** A record can move from its chunk to its file, or be reclaimed, between two looks. */
  private static final int ATTEMPTS = 8;

  private static final Lookup FAILED = new Lookup.Refused(Reason.BROKEN);

  private final Tail tail;
  private final Ring ring;
  private final Index index;
  private final Markers markers;
  private final Counters counters;
  private final StoreClock clock;
  private final Windows windows;

  Reader(
      Tail tail,
      Ring ring,
      Index index,
      Markers markers,
      Counters counters,
      StoreClock clock,
      Windows windows) {
    this.tail = tail;
    this.ring = ring;
    this.index = index;
    this.markers = markers;
    this.counters = counters;
    this.clock = clock;
    this.windows = windows;
  }

  Lookup get(Space space, StoredKey key) {
    Lookup answer = find(space, key);
    if (answer instanceof Lookup.Hit) {
      counters.hits.increment();
    } else if (answer instanceof Lookup.Miss) {
      counters.misses.increment();
    } else {
      counters.refused.increment();
    }
    return answer;
  }

  private Lookup find(Space space, StoredKey key) {
    long before = Address.NONE;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long address = index.find(key.hash());
      if (address == Address.NONE || Address.isBuried(address)) {
        return Lookup.MISS;
      }
      Segment segment = ring.segment(Address.segment(address));
      long generation = segment.generation();
      Reading reading = read(segment, generation, address, key);
      if (reading instanceof Reading.Found found) {
        return usable(space, key, address, generation, found.item());
      }
      if (reading == Reading.Nothing.OTHER_KEY && index.find(key.hash()) == address) {
        return Lookup.MISS;
      }
      if (address == before && segment.generation() == generation && generation != 0) {
        return reading == Reading.Nothing.FAILED ? FAILED : damaged(key, address);
      }
      before = address;
    }
    return Lookup.MISS;
  }

  private Lookup usable(Space space, StoredKey key, long address, long generation, Item item) {
    long position = Markers.position(generation, Address.offset(address));
    if (markers.hides(space, position)) {
      bury(key, address);
      return Lookup.MISS;
    }
    if (clock.expired(item.expiresAtMillis(), position)) {
      if (bury(key, address)) {
        counters.expirations.increment();
      }
      return Lookup.MISS;
    }
    return new Lookup.Hit(item);
  }

  private Lookup damaged(StoredKey key, long address) {
    if (bury(key, address)) {
      counters.damaged.increment();
    }
    return Lookup.MISS;
  }

  /** The record stays in the log, so the index keeps in mind that the key is not new there. */
  private boolean bury(StoredKey key, long address) {
    return index.bury(key.hash(), address);
  }

  private Reading read(Segment segment, long generation, long address, StoredKey key) {
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
      Segment segment, long generation, long address, StoredKey key, ByteBuffer window)
      throws IOException {
    int start = Address.offset(address);
    int size = Address.size(address);
    boolean whole = fill(window.clear().limit(Math.min(size, window.capacity())), segment, start);
    RecordHead head = whole ? RecordHead.read(window, 0, generation) : null;
    if (head == null
        || head.kind() != RecordHead.PUT
        || head.hash() != key.hash()
        || head.size() != size
        || head.dead()) {
      return head != null && head.hash() != key.hash() && head.size() == size
          ? Reading.Nothing.OTHER_KEY
          : Reading.Nothing.UNREADABLE;
    }
    int valueAt = RecordHead.BYTES + head.keyLength();
    ByteBuffer stored = window.duplicate().limit(valueAt).position(RecordHead.BYTES);
    if (!stored.equals(ByteBuffer.wrap(key.bytes()))) {
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
    var crc = new CRC32C();
    crc.update(value, 0, value.length);
    return (int) crc.getValue() == head.valueCrc()
        ? new Reading.Found(
            new Item(value, head.rawBytes(), head.compressed(), head.codec(), head.expiresAt()))
        : Reading.Nothing.UNREADABLE;
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
