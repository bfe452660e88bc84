package io.intelligentcache.disk.internal.read;

import io.intelligentcache.disk.internal.file.DiskCounters;
import io.intelligentcache.disk.internal.file.StoreClock;
import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.disk.internal.index.Index;
import io.intelligentcache.disk.internal.log.LogState;
import io.intelligentcache.disk.internal.log.RangeTombstones;
import io.intelligentcache.disk.internal.log.Segment;
import io.intelligentcache.disk.internal.log.SegmentRing;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import org.jspecify.annotations.Nullable;

/**
 * Answers reads without the log's lock. It looks a key up in the index and reads the record at that
 * address. If the record is not there, it repeats both.
 */
public final class DiskReader {
  /**
   * Between lookup and read, a record can move from a write buffer to the file, or its segment can
   * be freed.
   */
  private static final int ATTEMPTS = 8;

  private static final Lookup FAILED = new Lookup.Refused(Reason.BROKEN);

  private final SegmentRing ring;
  private final Index index;
  private final RangeTombstones rangeTombstones;
  private final DiskCounters counters;
  private final StoreClock clock;
  private final RecordReader records;

  public DiskReader(LogState state, StoreClock clock, RecordReader records) {
    this.ring = state.ring();
    this.index = state.index();
    this.rangeTombstones = state.rangeTombstones();
    this.counters = state.counters();
    this.clock = clock;
    this.records = records;
  }

  public Lookup get(Space space, StoredKey key) {
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
      if (address == Address.NONE || Address.isMasked(address)) {
        return Lookup.MISS;
      }
      Segment segment = ring.segment(Address.segment(address));
      long generation = segment.generation();
      ReadResult reading = records.read(segment, generation, address, key);
      if (reading instanceof ReadResult.Found found) {
        Lookup answer = usable(space, key, address, generation, found.item());
        if (segment.generation() == generation) {
          return answer;
        } // else its range tombstone may be dropped too
      }
      if (reading == ReadResult.Nothing.OTHER_KEY && index.find(key.hash()) == address) {
        return Lookup.MISS;
      }
      if (address == before && segment.generation() == generation && generation != 0) {
        return reading == ReadResult.Nothing.FAILED ? FAILED : damaged(key, address);
      }
      before = address;
    }
    return Lookup.MISS;
  }

  /**
   * The entry at an address of the index, with its key; null if a read would not find it. Must be
   * called while nothing is written.
   */
  public ReadResult.@Nullable Found at(long address) {
    Segment segment = ring.segment(Address.segment(address));
    long generation = segment.generation();
    if (!(records.read(segment, generation, address, null) instanceof ReadResult.Found found)
        || StoredKey.spaceLength(found.key().bytes()) < 0) {
      return null;
    }
    long position = RangeTombstones.position(generation, Address.offset(address));
    boolean gone = rangeTombstones.hides(StoredKey.space(found.key().bytes()), position)
        || clock.expired(found.item().expiresAtMillis(), position);
    return gone ? null : new ReadResult.Found(found.key(), clock.given(found.item()));
  }

  private Lookup usable(Space space, StoredKey key, long address, long generation, Item item) {
    long position = RangeTombstones.position(generation, Address.offset(address));
    if (rangeTombstones.hides(space, position)) {
      mask(key, address);
      return Lookup.MISS;
    }
    if (clock.expired(item.expiresAtMillis(), position)) {
      if (mask(key, address)) {
        counters.expirations.increment();
      }
      return Lookup.MISS;
    }
    index.read(key.hash(), address);
    return new Lookup.Hit(clock.given(item));
  }

  private Lookup damaged(StoredKey key, long address) {
    if (mask(key, address)) {
      counters.damaged.increment();
    }
    return Lookup.MISS;
  }

  /**
   * Masks an entry. Its record stays in the log, so the index must remember that the log has the
   * key.
   */
  private boolean mask(StoredKey key, long address) {
    return index.mask(key.hash(), address);
  }
}
