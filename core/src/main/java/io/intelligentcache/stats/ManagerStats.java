package io.intelligentcache.stats;

import io.intelligentcache.tier.SharedStats;
import io.intelligentcache.tier.TierStats;
import org.jspecify.annotations.Nullable;

/**
 * What a manager's tiers hold and did.
 *
 * @param caches the sum of all caches and tenants, including tenants that were freed
 * @param memoryBytes bytes that entries in memory take, by their weights, and the tenants in use. It is
 *     more than the budget if more tenants are in use than the budget holds
 * @param memoryCapacityBytes the memory budget
 * @param disk the disk tier, or null if there is none
 * @param redis the Redis tier, or null if there is none
 * @param shared counters that only a shared tier has, or null if there is no such tier
 * @param invalidations invalidations received from the shared tier, or null if there is no such tier
 */
public record ManagerStats(
    CacheStats caches,
    long memoryBytes,
    long memoryCapacityBytes,
    @Nullable TierStats disk,
    @Nullable TierStats redis,
    @Nullable SharedStats shared,
    @Nullable InvalidationStats invalidations) {}
