package io.intelligentcache.redis;

import io.intelligentcache.tier.SharedStats;
import io.intelligentcache.tier.TierStats;
import java.util.concurrent.atomic.LongAdder;

/** What the tier did. What it holds only Redis knows. */
final class Counters {
  final LongAdder hits = new LongAdder();
  final LongAdder misses = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder writes = new LongAdder();
  final LongAdder removals = new LongAdder();
  final LongAdder expirations = new LongAdder();
  final LongAdder damaged = new LongAdder();
  final LongAdder confirmations = new LongAdder();
  final LongAdder unmetWrites = new LongAdder();
  final LongAdder supersededWrites = new LongAdder();
  final LongAdder expiredWrites = new LongAdder();
  final LongAdder repeatedWrites = new LongAdder();
  final LongAdder scriptReloads = new LongAdder();

  /** Forgets the calls before the first caller. */
  void reset() {
    for (LongAdder counter : new LongAdder[] {
      hits,
      misses,
      refused,
      writes,
      removals,
      expirations,
      damaged,
      confirmations,
      unmetWrites,
      supersededWrites,
      expiredWrites,
      scriptReloads
    }) {
      counter.reset();
    }
  }

  SharedStats read(
      int servers,
      int listening,
      boolean publishing,
      long unsettledKeys,
      long unsettledRemovals,
      long breakerOpenings,
      long clockErrorMicros) {
    return new SharedStats(
        servers,
        listening,
        publishing,
        confirmations.sum(),
        supersededWrites.sum(),
        expiredWrites.sum(),
        unmetWrites.sum(),
        repeatedWrites.sum(),
        unsettledKeys,
        unsettledRemovals,
        breakerOpenings,
        scriptReloads.sum(),
        clockErrorMicros);
  }

  TierStats read(boolean available) {
    return new TierStats(
        -1,
        -1,
        -1,
        hits.sum(),
        misses.sum(),
        refused.sum(),
        0,
        writes.sum(),
        0,
        removals.sum(),
        0,
        expirations.sum(),
        damaged.sum(),
        0,
        available);
  }
}
