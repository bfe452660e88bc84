package io.intelligentcache.tier;

/** The configuration of a tier, which can be opened. */
@FunctionalInterface
public interface TierFactory {
  /**
   * Opens the tier.
   *
   * <p>If the backing store can't be used because of its configuration, this fails with the value and what is
   * allowed. If the backing store is only unavailable for a while (a server that is down), the tier opens, and
   * refuses requests until the store is available. After a failure nothing stays open.
   *
   * @param context the clock, the timer and the listener of the manager
   * @return the open tier; the caller closes it
   * @throws TierException if it can't be opened
   */
  Tier open(TierContext context);
}
