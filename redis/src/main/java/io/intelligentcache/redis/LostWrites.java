package io.intelligentcache.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * Versions of this instance's puts that were on their way when their connection ended.
 *
 * <p>Redis refuses most of them when they arrive late, by their versions, but not where nothing is
 * left to refuse by. The schedule this is for: a put of "old" is stuck in a stalled network; the
 * connection is given up; over the next one the cache is cleared, or Redis evicts the tombstone that
 * made up for the put; the network heals and Redis at last executes the put of "old". The record
 * carries its writer and version, so this instance knows it when it sees it: it is absent.
 *
 * <p>Kept as ranges, one per connection that ended with puts on their way. An acknowledged put in
 * between is taken for lost too, which costs a miss.
 */
final class LostWrites {
  private static final int MOST_RANGES = 64;

  private record Range(long from, long to) {}

  private volatile List<Range> ranges = List.of();

  synchronized void add(long from, long to) {
    List<Range> grown = new ArrayList<>(ranges);
    grown.add(new Range(from, to));
    if (grown.size() > MOST_RANGES) {
      Range oldest = grown.remove(0);
      Range next = grown.remove(0);
      grown.add(0, new Range(Math.min(oldest.from, next.from), Math.max(oldest.to, next.to)));
    }
    ranges = List.copyOf(grown);
  }

  boolean contains(long version) {
    for (Range range : ranges) {
      if (version >= range.from && version <= range.to) {
        return true;
      }
    }
    return false;
  }
}
