package io.intelligentcache.redis;

import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Versions of this instance's puts that were unanswered when their connection ended.
 *
 * <p>Redis refuses most of them when they arrive late, by their versions, but not where nothing is
 * left to refuse by. The schedule this is for: a put of "old" is stuck in a stalled network; the
 * connection is given up; Redis evicts the tombstone that was sent in its place; the network heals and Redis at
 * last executes the put of "old". The record carries its writer and version, so this instance knows it when
 * it reads it: the key is absent, and removed.
 *
 * <p>A put that is repeated and then acknowledged is not lost any more. No other one is forgotten. When there are
 * many, the oldest are kept as one range, and an acknowledged put in between is taken for lost, too, which costs
 * a miss.
 */
final class LostWrites {
  private static final int MOST_VERSIONS = 65_536;

  /** A range of versions, both ends included. */
  private record Range(long from, long to) {
    boolean contains(long version) {
      return version >= from && version <= to;
    }

    Range with(long version) {
      return from > to
          ? new Range(version, version)
          : new Range(Math.min(from, version), Math.max(to, version));
    }
  }

  private final NavigableSet<Long> exact = new ConcurrentSkipListSet<>();
  private volatile Range oldest = new Range(1, 0);

  /** What was unanswered on one connection. */
  synchronized void add(long[] versions) {
    for (long version : versions) {
      exact.add(version);
    }
    for (int surplus = exact.size() - MOST_VERSIONS; surplus > 0; surplus--) { // size() counts
      long first = exact.first();
      // Before it leaves the set, because a reader must find it in one or the other.
      oldest = oldest.with(first);
      exact.remove(first);
    }
  }

  /** A put of this version was acknowledged after all. */
  void remove(long version) {
    exact.remove(version);
  }

  boolean contains(long version) {
    return exact.contains(version) || oldest.contains(version);
  }
}
