package io.intelligentcache.tier;

/**
 * What a tier gets from the manager that opens it.
 *
 * @param time the clock to use
 * @param changes is to be told what others change, by a {@link SharedTier}
 */
public record TierContext(TimeSource time, Changes changes) {
  /**
   * For those who don't listen.
   *
   * @param time the clock to use
   */
  public TierContext(TimeSource time) {
    this(time, Changes.IGNORED);
  }
}
