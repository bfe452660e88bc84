package io.intelligentcache.disk.internal.recovery;

import io.intelligentcache.disk.internal.file.StoreClock;
import io.intelligentcache.disk.internal.format.Address;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentCipher;
import io.intelligentcache.disk.internal.format.SegmentIndex;
import io.intelligentcache.disk.internal.format.StoredKey;
import io.intelligentcache.disk.internal.index.Index;
import io.intelligentcache.disk.internal.log.RangeTombstones;
import io.intelligentcache.disk.internal.log.Segment;
import java.util.Arrays;

/**
 * Rebuilds an index by replaying a log from its newest record to its oldest. The first record of a
 * key that it sees is the valid one. The result is the same as the index of the process that wrote
 * the log. The replay can stop where records are missing, because the missing ones may have
 * replaced older ones.
 */
public final class LogReplay {
  private final Index index;
  private final RangeTombstones rangeTombstones;
  private final StoreClock clock;
  private final boolean named;
  private long[] removed = new long[64];
  private int removals;

  /**
   * Begins at the newer end of a log.
   *
   * @param named whether the keys of clear markers can be read; if not, clear markers are skipped
   */
  public LogReplay(Index index, RangeTombstones rangeTombstones, StoreClock clock, boolean named) {
    this.named = named;
    this.index = index;
    this.rangeTombstones = rangeTombstones;
    this.clock = clock;
  }

  /**
   * Applies the records of the next older segment.
   *
   * @return false if records are missing from it; then no older record is valid
   */
  public boolean apply(Segment segment, long generation, SegmentIndex segmentIndex) {
    boolean allExpired = clock.expired(
        segmentIndex.latestExpiry(), RangeTombstones.position(generation, segmentIndex.end()));
    int clear = segmentIndex.clears().size();
    for (int i = segmentIndex.count() - 1; i >= 0; i--) {
      switch (segmentIndex.kind(i)) {
        case SegmentIndex.GAP -> {
          return false;
        }
        case SegmentIndex.CLEAR -> {
          byte[] stored = segmentIndex.clears().get(--clear);
          if (named && !clear(segment, generation, segmentIndex.offset(i), stored)) {
            return false;
          }
        }
        default -> apply(segment.number(), segmentIndex, i, allExpired);
      }
    }
    return true;
  }

  private void apply(int segment, SegmentIndex segmentIndex, int i, boolean allExpired) {
    long hash = segmentIndex.hash(i);
    long address = Address.of(segment, segmentIndex.offset(i), segmentIndex.size(i));
    int kind = segmentIndex.kind(i);
    boolean usable = kind == SegmentIndex.PUT || (kind == SegmentIndex.EXPIRING && !allExpired);
    // A record that can't be returned still hides older ones, and the index must know that the log
    // has it.
    long newer = index.putIfAbsent(hash, usable ? address : Address.masked(address));
    if (newer == Address.NONE && kind == SegmentIndex.TOMBSTONE) {
      remember(hash);
    }
  }

  private void remember(long hash) {
    if (removals == removed.length) {
      removed = Arrays.copyOf(removed, 2 * removals);
    }
    removed[removals++] = hash;
  }

  /** Applies a clear marker; returns false if the cleared space can't be read. */
  private boolean clear(Segment segment, long generation, int offset, byte[] stored) {
    SegmentCipher cipher = segment.cipher();
    byte[] key = stored;
    if (cipher != null) {
      int plainBytes = stored.length - SegmentCipher.TAG_BYTES;
      key =
          cipher.decryptKey(offset, RecordHeader.clear(plainBytes, true).bound(generation), stored);
    }
    if (key == null || StoredKey.spaceLength(key) != key.length) {
      return false;
    }
    rangeTombstones.add(StoredKey.space(key), RangeTombstones.position(generation, offset));
    return true;
  }

  /**
   * Ends the replay. Removes the tombstones from the index, because there is nothing left that they
   * could hide.
   */
  public void finish() {
    for (int i = 0; i < removals; i++) {
      index.remove(removed[i]);
    }
    removals = 0;
  }
}
