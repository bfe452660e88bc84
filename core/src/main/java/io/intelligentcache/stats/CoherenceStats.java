package io.intelligentcache.stats;

/**
 * Reads that found a copy that another instance might have changed.
 *
 * <p>For reading: the library creates it. Later versions may add methods, so implement it in tests at most.
 */
public interface CoherenceStats {
  /** {@return copies that Redis confirmed: it has the same value} */
  long confirmed();

  /** {@return copies that Redis reported as outdated: it has another value, or none} */
  long outdated();

  /**
   * {@return copies that were answered although Redis could not be asked, as the cache's {@code Outage} allows}
   */
  long unconfirmed();
}
