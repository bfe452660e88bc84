package io.intelligentcache.stats;

import io.intelligentcache.tier.SharedStats;
import io.intelligentcache.tier.TierStats;
import org.jspecify.annotations.Nullable;

/**
 * What a manager's tiers hold and did.
 *
 * <p>For reading: the library creates it. Later versions may add methods, so implement it in tests at most.
 */
public interface ManagerStats {
  /** {@return the sum of all caches and tenants, including tenants that were freed} */
  CacheStats caches();

  /**
   * {@return bytes that entries in memory take, by their weights, and the tenants in use. It is more than the
   * budget if more tenants are in use than the budget holds}
   */
  long memoryBytes();

  /** {@return the memory budget} */
  long memoryCapacityBytes();

  /** {@return the disk tier, or null if there is none} */
  @Nullable
  TierStats disk();

  /** {@return the Redis tier, or null if there is none} */
  @Nullable
  TierStats redis();

  /** {@return counters that only a shared tier has, or null if there is no such tier} */
  @Nullable
  SharedStats shared();

  /** {@return invalidations received from the shared tier, or null if there is no such tier} */
  @Nullable
  InvalidationStats invalidations();
}
