package io.intelligentcache.internal.stats;

import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.stats.CoherenceStats;
import io.intelligentcache.stats.FreshnessStats;
import io.intelligentcache.stats.ListenerStats;
import java.util.function.LongBinaryOperator;

/** The counters of a cache, as they were read. */
record CacheCounts(
    long memoryHits,
    long diskHits,
    long redisHits,
    long loads,
    long coalesced,
    long absent,
    long loadFailures,
    long loadNanos,
    long puts,
    long warmed,
    long invalidations,
    long evictions,
    long demotions,
    long promotions,
    long expirations,
    long unreadable,
    long unwritable,
    long rawBytes,
    long encodedBytes,
    FreshnessStats freshness,
    CoherenceStats coherence,
    ListenerStats listeners,
    long entries)
    implements CacheStats {

  /** The counters of freshness, as they were read. */
  record Freshness(
      long stale, long knownAbsent, long refreshes, long refreshFailures, long refreshesDropped)
      implements FreshnessStats {}

  /** The counters of coherence, as they were read. */
  record Coherence(long confirmed, long outdated, long unconfirmed) implements CoherenceStats {}

  /** The counters of a listener, as they were read. */
  record Listeners(long failures, long dropped) implements ListenerStats {}

  @Override
  public CacheStats plus(CacheStats that) {
    return each(that, Long::sum, entries + that.entries());
  }

  @Override
  public CacheStats since(CacheStats before) {
    return each(before, (now, then) -> now - then, entries);
  }

  private CacheCounts each(CacheStats that, LongBinaryOperator join, long entriesOfBoth) {
    FreshnessStats ofFreshness = that.freshness();
    CoherenceStats ofCoherence = that.coherence();
    ListenerStats ofListeners = that.listeners();
    return new CacheCounts(
        join.applyAsLong(memoryHits, that.memoryHits()),
        join.applyAsLong(diskHits, that.diskHits()),
        join.applyAsLong(redisHits, that.redisHits()),
        join.applyAsLong(loads, that.loads()),
        join.applyAsLong(coalesced, that.coalesced()),
        join.applyAsLong(absent, that.absent()),
        join.applyAsLong(loadFailures, that.loadFailures()),
        join.applyAsLong(loadNanos, that.loadNanos()),
        join.applyAsLong(puts, that.puts()),
        join.applyAsLong(warmed, that.warmed()),
        join.applyAsLong(invalidations, that.invalidations()),
        join.applyAsLong(evictions, that.evictions()),
        join.applyAsLong(demotions, that.demotions()),
        join.applyAsLong(promotions, that.promotions()),
        join.applyAsLong(expirations, that.expirations()),
        join.applyAsLong(unreadable, that.unreadable()),
        join.applyAsLong(unwritable, that.unwritable()),
        join.applyAsLong(rawBytes, that.rawBytes()),
        join.applyAsLong(encodedBytes, that.encodedBytes()),
        new Freshness(
            join.applyAsLong(freshness.stale(), ofFreshness.stale()),
            join.applyAsLong(freshness.knownAbsent(), ofFreshness.knownAbsent()),
            join.applyAsLong(freshness.refreshes(), ofFreshness.refreshes()),
            join.applyAsLong(freshness.refreshFailures(), ofFreshness.refreshFailures()),
            join.applyAsLong(freshness.refreshesDropped(), ofFreshness.refreshesDropped())),
        new Coherence(
            join.applyAsLong(coherence.confirmed(), ofCoherence.confirmed()),
            join.applyAsLong(coherence.outdated(), ofCoherence.outdated()),
            join.applyAsLong(coherence.unconfirmed(), ofCoherence.unconfirmed())),
        new Listeners(
            join.applyAsLong(listeners.failures(), ofListeners.failures()),
            join.applyAsLong(listeners.dropped(), ofListeners.dropped())),
        entriesOfBoth);
  }
}
