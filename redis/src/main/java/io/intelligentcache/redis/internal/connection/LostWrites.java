package io.intelligentcache.redis.internal.connection;

import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentHashMap;
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
 * <p>A put that was repeated and then acknowledged may be read, until this instance writes its key again: from then
 * on its first attempt, should it arrive yet, is lost like any other. No version is forgotten. When there are many, the
 * oldest are kept as one range, and an acknowledged put in between is taken for lost, too, which costs a miss.
 */
public final class LostWrites {
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
  private final Map<TierKey, Long> repeated = new ConcurrentHashMap<>();
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

  /** A put of this version was repeated, and has been acknowledged. */
  public void repeated(TierKey key, long version) {
    if (repeated.size() < MOST_VERSIONS) {
      repeated.put(key, version);
    }
  }

  /** A later write of this key has been acknowledged. */
  public void overwritten(TierKey key) {
    if (!repeated.isEmpty()) {
      repeated.remove(key);
    }
  }

  /** The keys of a space are being swept. */
  public void swept(Space space) {
    repeated.keySet().removeIf(key -> key.space().equals(space));
  }

  /** Whether a record of this version is not to be read under this key. */
  public boolean contains(TierKey key, long version) {
    return contains(version) && !Long.valueOf(version).equals(repeated.get(key));
  }

  boolean contains(long version) {
    return exact.contains(version) || oldest.contains(version);
  }
}
