package io.intelligentcache.tier;

/** A tier's configuration, ready to be opened. */
@FunctionalInterface
public interface TierFactory {
  /**
   * Opens the tier.
   *
   * <p>A tier whose backing store can't be used because of how it is configured fails here, with
   * the value and what is allowed; one that is merely away for now (a server that is down) opens,
   * and refuses until it is back. Nothing half-opened remains after a failure.
   *
   * @param context what the manager lends
   * @return the open tier; the caller closes it
   * @throws TierException if it can't be opened
   */
  Tier open(TierContext context);
}
