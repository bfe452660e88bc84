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
 * @param declined offers that did not seem worth a write
 * @param writes items stored
 * @param rewrites items that were written again to keep them when their place was needed
 * @param removals keys removed because told
 * @param evictions items dropped for room
 * @param expirations items found expired
 * @param damaged items whose bytes could not be trusted
 * @param lost items that were stored and then could not be written, because the device failed
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
