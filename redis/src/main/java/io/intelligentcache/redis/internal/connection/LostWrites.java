package io.intelligentcache.redis.internal.connection;

import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * The versions of this instance's puts that were unanswered when their connection ended.
 *
 * <p>If such a put arrives late, Redis usually refuses it by its version. It can't do that if it has no record left to
 * compare with. The schedule that this prevents: a put of "old" is stuck in a stalled network. The connection is
 * closed. Redis evicts the tombstone that was sent as a repair. The network recovers, and Redis executes the put of
 * "old". The record contains its writer and version, so this instance recognizes it when it reads it: the key counts as
 * absent, and is removed.
 *
 * <p>A put that was repeated and then acknowledged may be read, until this instance writes its key again. From then on
 * its first attempt, if it still arrives, is lost like any other. No version is forgotten. If there are many, the
 * oldest are kept as one range. An acknowledged put within that range counts as lost too, which costs a miss.
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

  /** Adds the versions of the puts that were unanswered on one connection. */
  synchronized void add(long[] versions) {
    for (long version : versions) {
      exact.add(version);
    }
    for (int surplus = exact.size() - MOST_VERSIONS; surplus > 0; surplus--) { // size() is O(n)
      long first = exact.first();
      // Add it to the range before it leaves the set: a reader must find it in one of them.
      oldest = oldest.with(first);
      exact.remove(first);
    }
  }

  /** Records that a put of this version was repeated and acknowledged. */
  public void repeated(TierKey key, long version) {
    if (repeated.size() < MOST_VERSIONS) {
      repeated.put(key, version);
    }
  }

  /** Records that a later write of this key has been acknowledged. */
  public void overwritten(TierKey key) {
    if (!repeated.isEmpty()) {
      repeated.remove(key);
    }
  }

  /** Records that the keys of a space are being swept. */
  public void swept(Space space) {
    repeated.keySet().removeIf(key -> key.space().equals(space));
  }

  /** Whether a record with this version must not be read under this key. */
  public boolean contains(TierKey key, long version) {
    return contains(version) && !Long.valueOf(version).equals(repeated.get(key));
  }

  boolean contains(long version) {
    return exact.contains(version) || oldest.contains(version);
  }
}
