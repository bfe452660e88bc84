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

  /** The counters that are counted here. The tier adds the others. */
  public SharedStats readShared() {
    return SharedStats.none()
        .confirmations(confirmations.sum())
        .supersededWrites(supersededWrites.sum())
        .expiredWrites(expiredWrites.sum())
        .lateFills(unmetWrites.sum())
        .repeatedWrites(repeatedWrites.sum())
        .scriptReloads(scriptReloads.sum());
  }

  public TierStats read(boolean available) {
    return TierStats.none()
        .entries(-1)
        .bytes(-1)
        .capacityBytes(-1)
        .hits(hits.sum())
        .misses(misses.sum())
        .refused(refused.sum())
        .writes(writes.sum())
        .removals(removals.sum())
        .expirations(expirations.sum())
        .damaged(damaged.sum())
        .available(available);
  }
}
