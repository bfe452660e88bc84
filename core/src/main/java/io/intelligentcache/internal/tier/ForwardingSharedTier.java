package io.intelligentcache.internal.tier;

import io.intelligentcache.tier.Beginning;
import io.intelligentcache.tier.Claim;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.SharedHealth;
import io.intelligentcache.tier.SharedStats;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A {@link ForwardingTier} for a tier that instances share. */
public class ForwardingSharedTier extends ForwardingTier implements SharedTier {
  private final SharedTier tier;

  /**
   * Wraps a tier.
   *
   * @param tier the tier
   */
  public ForwardingSharedTier(SharedTier tier) {
    super(tier);
    this.tier = tier;
  }

  @Override
  public CompletableFuture<Lookup> revalidate(TierKey key, Version version) {
    return tier.revalidate(key, version);
  }

  @Override
  public Beginning begin() {
    return tier.begin();
  }

  @Override
  public CompletableFuture<Claim> claim(
      TierKey key, Duration life, Version known, Version unreadable) {
    return tier.claim(key, life, known, unreadable);
  }

  @Override
  public void release(TierKey key, Claim.Lease lease) {
    tier.release(key, lease);
  }

  @Override
  public CompletableFuture<Outcome> putIf(Entry entry, Condition condition) {
    return tier.putIf(entry, condition);
  }

  @Override
  public CompletableFuture<Outcome> removeIf(TierKey key, Condition condition) {
    return tier.removeIf(key, condition);
  }

  @Override
  public SharedStats sharedStats() {
    return tier.sharedStats();
  }

  @Override
  public SharedHealth health() {
    return tier.health();
  }
}
