package io.intelligentcache.tier;

import io.intelligentcache.internal.tier.ForwardingTier;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A shared tier in the heap. A test overrides what it needs; nothing else may be called. */
public class SharedHeapTier extends ForwardingTier implements SharedTier {
  public SharedHeapTier(HeapTier tier) {
    super(tier);
  }

  private static AssertionError unexpected() {
    return new AssertionError("this test does not need it");
  }

  @Override
  public CompletableFuture<Lookup> revalidate(TierKey key, Version version) {
    return get(key);
  }

  @Override
  public CompletableFuture<Claim> claim(
      TierKey key, Duration life, Version known, Version unreadable) {
    throw unexpected();
  }

  @Override
  public void release(TierKey key, Claim.Lease lease) {}

  @Override
  public Beginning begin() {
    throw unexpected();
  }

  @Override
  public CompletableFuture<Outcome> putIf(Entry entry, Condition condition) {
    throw unexpected();
  }

  @Override
  public CompletableFuture<Outcome> removeIf(TierKey key, Condition condition) {
    throw unexpected();
  }

  @Override
  public SharedStats sharedStats() {
    throw unexpected();
  }

  @Override
  public SharedHealth health() {
    throw unexpected();
  }
}
