package io.intelligentcache.stats;

/**
 * What became of reads that found a copy that another instance might have changed.
 *
 * @param confirmed copies of which Redis said that they are what it has
 * @param outdated copies of which it said that they are not
 * @param unconfirmed copies that were answered though it could not be asked, as the cache's {@code
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
   * Adds other counts.
   *
   * @param other the others
   * @return the sum
   */
  public CoherenceStats plus(CoherenceStats other) {
    return new CoherenceStats(
        confirmed + other.confirmed, outdated + other.outdated, unconfirmed + other.unconfirmed);
  }
}
