package io.intelligentcache.redis.internal.settings;

import io.intelligentcache.tier.SharedStats;
import io.intelligentcache.tier.TierStats;
import java.util.concurrent.atomic.LongAdder;

/** What the tier did. What it holds only Redis knows. */
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

  /** Forgets the calls before the first caller. */
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
