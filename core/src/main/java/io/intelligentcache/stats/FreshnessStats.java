package io.intelligentcache.stats;

/**
 * How often a cache answered something other than a fresh value, and how often it refreshed in the background.
 *
 * @param stale requests answered with a value past its TTL: those of the memory hits for which no caller
 *     waited, and those of the loads and coalesced requests whose load failed or took too long
 * @param knownAbsent of the hits, those that a cached absence answered
 * @param refreshes loads in the background; not counted as requests
 * @param refreshFailures of the refreshes, those that failed or were given up
 * @param refreshesDropped refreshes that were dropped because their queue was full
 */
public record FreshnessStats(
    long stale, long knownAbsent, long refreshes, long refreshFailures, long refreshesDropped) {

  /**
   * The sum of these counters and others.
   *
   * @param that the other counters
   * @return both together
   */
  public FreshnessStats plus(FreshnessStats that) {
    return new FreshnessStats(
        stale + that.stale,
        knownAbsent + that.knownAbsent,
        refreshes + that.refreshes,
        refreshFailures + that.refreshFailures,
        refreshesDropped + that.refreshesDropped);
  }

  /**
   * What was counted since an earlier reading.
   *
   * @param before the earlier reading of the same counters
   * @return the difference
   */
  public FreshnessStats since(FreshnessStats before) {
    return new FreshnessStats(
        stale - before.stale,
        knownAbsent - before.knownAbsent,
        refreshes - before.refreshes,
        refreshFailures - before.refreshFailures,
        refreshesDropped - before.refreshesDropped);
  }
}
