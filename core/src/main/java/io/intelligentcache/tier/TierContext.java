package io.intelligentcache.tier;

/**
 * What a tier gets from the manager that opens it.
 *
 * @param time the clock to use
 * @param changes a {@link SharedTier} reports to it what other instances change
 */
public record TierContext(TimeSource time, Changes changes) {
  /**
   * A context for tiers that report no changes.
   *
   * @param time the clock to use
   */
  public TierContext(TimeSource time) {
    this(time, Changes.IGNORED);
  }
}
