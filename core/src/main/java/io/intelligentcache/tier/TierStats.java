package io.intelligentcache.tier;

/**
 * Counters of one tier since it was opened.
 *
 * @param entries items it holds, or -1 where only a remote server knows
 * @param bytes bytes it holds, overhead included, or -1 where only a remote server knows
 * @param capacityBytes the most bytes it may hold, or -1 where it does not decide that
 * @param hits reads that found the item
 * @param misses reads that found it absent
 * @param refused reads and writes that were refused
 * @param declined offers that were declined because they did not seem worth a write
 * @param writes items stored
 * @param rewrites items that were copied to another place to keep them when their place was reclaimed
 * @param removals keys removed by invalidation
 * @param evictions items evicted for room
 * @param expirations items found expired
 * @param damaged items whose bytes could not be trusted
 * @param lost items that were stored but could not be written because the device failed
 * @param available whether the tier takes requests; false while its breaker is open
 */
public record TierStats(
    long entries,
    long bytes,
    long capacityBytes,
    long hits,
    long misses,
    long refused,
    long declined,
    long writes,
    long rewrites,
    long removals,
    long evictions,
    long expirations,
    long damaged,
    long lost,
    boolean available) {}
