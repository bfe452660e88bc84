package io.intelligentcache.internal.tier;

import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Listing;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TierStats;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Passes every call on to another tier, so that a subclass overrides only the methods that it needs. */
public class ForwardingTier implements Tier {
  private final Tier tier;

  /**
   * Wraps a tier.
   *
   * @param tier the tier
   */
  public ForwardingTier(Tier tier) {
    this.tier = tier;
  }

  @Override
  public String name() {
    return tier.name();
  }

  @Override
  public boolean readsBlock() {
    return tier.readsBlock();
  }

  @Override
  public @Nullable Duration writesBehind() {
    return tier.writesBehind();
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
  public boolean mayContain(TierKey key) {
    return tier.mayContain(key);
  }

  @Override
  public CompletableFuture<Outcome> put(TierKey key, Item item) {
    return tier.put(key, item);
  }

  @Override
  public CompletableFuture<Outcome> put(Entry entry) {
    return tier.put(entry);
  }

  @Override
  public CompletableFuture<Outcome> offer(TierKey key, Item item, Worth worth, boolean last) {
    return tier.offer(key, item, worth, last);
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
  public CompletableFuture<Listing> list(Space space, Listing.@Nullable Cursor from) {
    return tier.list(space, from);
  }

  @Override
  public TierStats stats() {
    return tier.stats();
  }

  @Override
  public void closing() {
    tier.closing();
  }

  @Override
  public void close() {
    tier.close();
  }
}
