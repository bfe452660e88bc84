package io.intelligentcache.internal.stats;

import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.stats.InvalidationStats;
import io.intelligentcache.stats.ManagerStats;
import io.intelligentcache.tier.SharedStats;
import io.intelligentcache.tier.TierStats;
import org.jspecify.annotations.Nullable;

/** The counters of a manager, as they were read. */
public record ManagerCounts(
    CacheStats caches,
    long memoryBytes,
    long memoryCapacityBytes,
    @Nullable TierStats disk,
    @Nullable TierStats redis,
    @Nullable SharedStats shared,
    @Nullable InvalidationStats invalidations)
    implements ManagerStats {}
