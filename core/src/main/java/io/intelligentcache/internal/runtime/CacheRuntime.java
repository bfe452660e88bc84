package io.intelligentcache.internal.runtime;

import io.intelligentcache.Outage;
import io.intelligentcache.internal.coherence.CopyValidity;
import io.intelligentcache.internal.coherence.KeyLocks;
import io.intelligentcache.internal.coherence.SharedCopies;
import io.intelligentcache.internal.concurrent.Lifecycle;
import io.intelligentcache.internal.load.LoadRunner;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * What the caches of one manager share.
 *
 * @param validity which copies of the values in Redis may be answered without asking it
 * @param time how old entries are, and when they expire. Waits follow {@link ThreadPools#scheduler}
 */
public record CacheRuntime(
    Tiers tiers,
    CopyValidity validity,
    KeyLocks locks,
    LoadRunner loads,
    ThreadPools threads,
    ExpiryWork expiryWork,
    TimeSource time,
    Lifecycle lifecycle) {

  /** The same for a cache whose values stay in memory. */
  public CacheRuntime withoutLowerTiers() {
    return new CacheRuntime(
        tiers.withoutLower(), validity, locks, loads, threads, expiryWork, time, lifecycle);
  }

  /** The shared tier, with what a cache answers while it can't be asked; null if no tier is shared. */
  @Nullable
  SharedCopies sharing(Outage outage) {
    SharedTier shared = tiers.shared();
    return shared == null ? null : new SharedCopies(shared, validity, outage);
  }
}
