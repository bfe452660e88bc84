package io.intelligentcache.stats;

/**
 * How often a cache answered something else than a fresh value, and what it did in the background.
 *
 * @param stale requests answered with a value past its TTL: of the memory hits, where nobody waited,
 *     and of the loads and coalesced requests, where the load failed or took too long
 * @param knownAbsent of the hits, those that a cached absence answered
 * @param refreshes loads in the background; not counted as requests
 * @param refreshFailures of these, those that failed or were given up
 * @param refreshesDropped refreshes that found too many others waiting
 */
public record FreshnessStats(
    long stale, long knownAbsent, long refreshes, long refreshFailures, long refreshesDropped) {

  /**
   * The sum of two.
   *
   * @param that the other
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
