package io.intelligentcache.cli.quickstart;

import io.intelligentcache.stats.CacheStats;

/** Calculates the difference between two readings of the same counters. */
final class StatsDifference {
  private StatsDifference() {}

  static CacheStats of(CacheStats after, CacheStats before) {
    return new CacheStats(
        after.memoryHits() - before.memoryHits(),
        after.diskHits() - before.diskHits(),
        after.redisHits() - before.redisHits(),
        after.loads() - before.loads(),
        after.coalesced() - before.coalesced(),
        after.absent() - before.absent(),
        after.loadFailures() - before.loadFailures(),
        after.loadNanos() - before.loadNanos(),
        after.puts() - before.puts(),
        after.warmed() - before.warmed(),
        after.invalidations() - before.invalidations(),
        after.evictions() - before.evictions(),
        after.demotions() - before.demotions(),
        after.promotions() - before.promotions(),
        after.expirations() - before.expirations(),
        after.unreadable() - before.unreadable(),
        after.unwritable() - before.unwritable(),
        after.rawBytes() - before.rawBytes(),
        after.encodedBytes() - before.encodedBytes(),
        after.freshness().since(before.freshness()),
        after.coherence().since(before.coherence()),
        after.listeners().since(before.listeners()),
        after.entries());
  }
}
