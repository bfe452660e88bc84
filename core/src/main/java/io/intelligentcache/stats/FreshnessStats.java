package io.intelligentcache.stats;

/**
 * How often a cache answered something other than a fresh value, and how often it refreshed in the background.
 *
 * <p>For reading: the library creates it. Later versions may add methods, so implement it in tests at most.
 */
public interface FreshnessStats {
  /**
   * {@return requests answered with a value past its TTL: those of the memory hits for which no caller waited, and
   * those of the loads and coalesced requests whose load failed or took too long}
   */
  long stale();

  /** {@return hits that a cached absence answered} */
  long knownAbsent();

  /** {@return loads in the background; not counted as requests} */
  long refreshes();

  /** {@return refreshes that failed or were given up} */
  long refreshFailures();

  /** {@return refreshes that were dropped because their queue was full} */
  long refreshesDropped();
}
