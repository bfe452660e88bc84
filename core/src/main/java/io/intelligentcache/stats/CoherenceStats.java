package io.intelligentcache.stats;

/**
 * Reads that found a copy that another instance might have changed.
 *
 * @param confirmed copies that Redis confirmed: it has the same value
 * @param outdated copies that Redis reported as outdated: it has another value, or none
 * @param unconfirmed copies that were answered although Redis could not be asked, as the cache's {@code
 *     Outage} allows
 */
public record CoherenceStats(long confirmed, long outdated, long unconfirmed) {
  /**
   * What was counted since an earlier reading.
   *
   * @param before the earlier reading
   * @return the difference
   */
  public CoherenceStats since(CoherenceStats before) {
    return new CoherenceStats(
        confirmed - before.confirmed, outdated - before.outdated, unconfirmed - before.unconfirmed);
  }

  /**
   * The sum of these counters and others.
   *
   * @param other the other counters
   * @return the sum
   */
  public CoherenceStats plus(CoherenceStats other) {
    return new CoherenceStats(
        confirmed + other.confirmed, outdated + other.outdated, unconfirmed + other.unconfirmed);
  }
}
