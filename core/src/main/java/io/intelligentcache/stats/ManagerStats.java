package io.intelligentcache.stats;

import io.intelligentcache.tier.SharedStats;
import io.intelligentcache.tier.TierStats;
import org.jspecify.annotations.Nullable;

/**
 * What a manager's tiers hold and did.
 *
 * @param caches all caches and tenants together, those tenants included that were freed
 * @param memoryBytes bytes that entries in memory take, by the sizes they were given, and the tenants in use. Where more of those are in use than
 *     the budget holds, it is more than that
 * @param memoryCapacityBytes the memory budget
 * @param disk the disk tier, or null if there is none
 * @param redis the Redis tier, or null if there is none
 * @param shared what only a tier counts that instances share, or null if there is no such tier
 * @param invalidations what that tier tells of changes by other instances, or null if it tells nothing
 */
public record ManagerStats(
    CacheStats caches,
    long memoryBytes,
    long memoryCapacityBytes,
    @Nullable TierStats disk,
    @Nullable TierStats redis,
    @Nullable SharedStats shared,
    @Nullable InvalidationStats invalidations) {}
