package io.intelligentcache.disk.internal.read;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.disk.internal.file.StoreClock;
import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.disk.internal.index.Index;
import io.intelligentcache.disk.internal.log.LogState;
import io.intelligentcache.disk.internal.log.RangeTombstones;
import io.intelligentcache.disk.internal.log.Segment;
import io.intelligentcache.disk.internal.log.SegmentRing;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Listing;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lists the entries of a space: takes the hashes that the index has, and reads the header and the key of each record,
 * whatever its space.
 *
 * <p>It follows the index and not the log, because an entry that is overwritten or relocated moves to the end of the
 * log, but keeps its hash:
 *
 * <pre>
 *   a walk over the log is at 500, and passed k at 100  | k is relocated to 900: the walk meets k again
 *   the walk ends where the log ended when it began     | j is overwritten, 700 -> 1000: the walk misses j
 * </pre>
 *
 * <p>The hashes of one shard at a time are copied, and sorted by the places of their records, so that the file is read
 * forwards. Each place is looked up again when its turn comes.
 */
public final class DiskListing {
  private static final int MOST_RECORDS = 4_096;
  private static final long LONGEST_NANOS = MILLISECONDS.toNanos(100);

  /** How often an entry may move between lookup and read. It moves when it is overwritten or relocated. */
  private static final int ATTEMPTS = 64;

  private static final int ABSENCE = Item.absence(0).codec();

  private final SegmentRing ring;
  private final Index index;
  private final RangeTombstones rangeTombstones;
  private final StoreClock clock;
  private final RecordReader records;
  private final LongSupplier nanos;

  /**
   * Creates it.
   *
   * @param nanos the scheduler's clock
   */
  public DiskListing(LogState state, StoreClock clock, RecordReader records, LongSupplier nanos) {
    this.ring = state.ring();
    this.index = state.index();
    this.rangeTombstones = state.rangeTombstones();
    this.clock = clock;
    this.records = records;
    this.nanos = nanos;
  }

  /** The next hash of a shard. */
  private record Place(int shard, long[] hashes, int next) implements Listing.Cursor {}

  /**
   * One page. It ends after {@value #MOST_RECORDS} records or 100 ms, because the caller has a deadline.
   *
   * @param stored the space as the prefix of its stored keys
   */
  public Listing page(Space space, StoredKey stored, Listing.@Nullable Cursor from) {
    Place place = from == null ? new Place(0, index.hashes(0), 0) : (Place) from;
    int shard = place.shard();
    long[] hashes = place.hashes();
    int next = place.next();
    List<Listing.Stored> found = new ArrayList<>();
    long end = nanos.getAsLong() + LONGEST_NANOS;
    for (int looked = 0; ; looked++) {
      while (next == hashes.length) {
        if (++shard == Index.SHARDS) {
          return new Listing.Page(found, null);
        }
        hashes = index.hashes(shard);
        next = 0;
      }
      if (found.size() == Listing.PAGE_ENTRIES
          || looked == MOST_RECORDS
          || nanos.getAsLong() - end >= 0) {
        return new Listing.Page(found, new Place(shard, hashes, next));
      }
      ReadResult reading = read(hashes[next++], stored);
      if (reading instanceof ReadResult.Key key) {
        found.add(entry(space, stored, key));
      } else if (reading == ReadResult.Nothing.FAILED) {
        return new Listing.Refused(Reason.BROKEN, "a segment file can't be read");
      }
    }
  }

  private static Listing.Stored entry(Space space, StoredKey stored, ReadResult.Key key) {
    byte[] bytes = key.key();
    var name = new TierKey(space, Arrays.copyOfRange(bytes, stored.bytes().length, bytes.length));
    return new Listing.Stored(name, key.head().size());
  }

  /** The live entry with this hash, if it is one of the space. */
  private ReadResult read(long hash, StoredKey stored) {
    long before = Address.NONE;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long address = index.find(hash);
      if (address == Address.NONE || Address.isMasked(address)) {
        return ReadResult.Nothing.UNREADABLE;
      }
      Segment segment = ring.segment(Address.segment(address));
      long generation = segment.generation();
      ReadResult reading = records.readKey(segment, generation, address);
      if (reading instanceof ReadResult.Key key) {
        boolean live = stored.isSpaceOf(key.key()) && isLive(key, generation, address);
        if (segment.generation() == generation) {
          return live ? key : ReadResult.Nothing.UNREADABLE;
        } // else its range tombstone may be dropped too
      }
      if (address == before && segment.generation() == generation && generation != 0) {
        return reading; // it is damaged, or the device failed
      }
      before = address;
    }
    return ReadResult.Nothing.UNREADABLE;
  }

  private boolean isLive(ReadResult.Key key, long generation, long address) {
    RecordHeader head = key.head();
    long position = RangeTombstones.position(generation, Address.offset(address));
    boolean absence = head.codec() == ABSENCE && head.rawBytes() == 0 && !head.compressed();
    return !absence
        && !rangeTombstones.hides(StoredKey.space(key.key()), position)
        && !clock.expired(head.expiresAt(), position);
  }
}
