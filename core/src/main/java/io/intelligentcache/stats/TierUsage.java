package io.intelligentcache.stats;

/**
 * What one cache or one tenant has in one tier: see {@link io.intelligentcache.TieredCache#usage}.
 *
 * <p>For reading: the library creates it. Later versions may add methods, so implement it in tests at most.
 */
public interface TierUsage {
  /** {@return how many entries there are} */
  long entries();

  /**
   * {@return how many bytes they take: in memory their weights, on disk their records in the log, in Redis their names
   * and their records, without what Redis adds for each}
   */
  long bytes();
}
