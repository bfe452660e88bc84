package io.intelligentcache.redis.internal.settings;

import io.intelligentcache.tier.SharedStats;
import io.intelligentcache.tier.TierStats;
import java.util.concurrent.atomic.LongAdder;

/** Counts the operations of the tier. The number of entries is not counted: only Redis knows it. */
public final class RedisCounters {
  public final LongAdder hits = new LongAdder();
  public final LongAdder misses = new LongAdder();
  public final LongAdder refused = new LongAdder();
  public final LongAdder writes = new LongAdder();
  public final LongAdder removals = new LongAdder();
  public final LongAdder expirations = new LongAdder();
  public final LongAdder damaged = new LongAdder();
  public final LongAdder confirmations = new LongAdder();
  public final LongAdder unmetWrites = new LongAdder();
  public final LongAdder supersededWrites = new LongAdder();
  public final LongAdder expiredWrites = new LongAdder();
  public final LongAdder repeatedWrites = new LongAdder();
  public final LongAdder scriptReloads = new LongAdder();

  /** Sets the counters to zero after the rehearsal, so that they count only the calls of users. */
  public void reset() {
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

  public SharedStats read(
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

  public TierStats read(boolean available) {
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
