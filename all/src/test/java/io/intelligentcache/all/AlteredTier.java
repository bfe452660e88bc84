package io.intelligentcache.all;

import io.intelligentcache.tier.Claim;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TierStats;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** A shared tier as it is, for tests that take one thing out of it. */
class AlteredTier implements SharedTier {
  private final SharedTier tier;

  AlteredTier(SharedTier tier) {
    this.tier = tier;
  }

  @Override
  public String name() {
    return tier.name();
  }

  @Override
  public CompletableFuture<Lookup> get(TierKey key) {
    return tier.get(key);
  }

  @Override
  public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
    return tier.getAll(keys);
  }

  @Override
  public CompletableFuture<Lookup> revalidate(TierKey key, long version) {
    return tier.revalidate(key, version);
  }

  @Override
  public boolean mayContain(TierKey key) {
    return tier.mayContain(key);
  }

  @Override
  public CompletableFuture<Outcome> put(TierKey key, Item item) {
    return tier.put(key, item);
  }

  @Override
  public CompletableFuture<List<Outcome>> putAll(List<Entry> entries) {
    return tier.putAll(entries);
  }

  @Override
  public CompletableFuture<Outcome> remove(TierKey key) {
    return tier.remove(key);
  }

  @Override
  public CompletableFuture<List<Outcome>> removeAll(List<TierKey> keys) {
    return tier.removeAll(keys);
  }

  @Override
  public CompletableFuture<Outcome> removeMatching(Space space, Predicate<byte[]> matching) {
    return tier.removeMatching(space, matching);
  }

  @Override
  public CompletableFuture<Outcome> clear(Space space) {
    return tier.clear(space);
  }

  @Override
  public CompletableFuture<Claim> claim(TierKey key, Duration life) {
    return tier.claim(key, life);
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
  public TierStats stats() {
    return tier.stats();
  }

  @Override
  public void close() {
    tier.close();
  }
}
