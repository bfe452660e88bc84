package io.intelligentcache.internal.stats;

import io.intelligentcache.stats.InvalidationStats;
import java.time.Duration;

/** The counters of invalidations, as they were read. */
public record InvalidationCounts(
    Duration bound, Duration window, Duration widestWindow, long changes, long gaps)
    implements InvalidationStats {}
