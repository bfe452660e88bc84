package io.intelligentcache.internal.tier;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Listing;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TierStats;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The tier where there is none: it holds nothing, and drops every value. */
public enum NoTier implements Tier {
  /** The only instance. */
  INSTANCE;

  @Override
  public CompletableFuture<Lookup> get(TierKey key) {
    return completedFuture(Lookup.MISS);
  }

  @Override
  public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
    return completedFuture(keys.stream().map(key -> Lookup.MISS).toList());
  }

  @Override
  public boolean mayContain(TierKey key) {
    return false;
  }

  @Override
  public CompletableFuture<Outcome> put(TierKey key, Item item) {
    return completedFuture(Outcome.DONE);
  }

  @Override
  public CompletableFuture<List<Outcome>> putAll(List<Entry> entries) {
    return completedFuture(entries.stream().map(entry -> Outcome.DONE).toList());
  }

  @Override
  public CompletableFuture<Outcome> remove(TierKey key) {
    return completedFuture(Outcome.DONE);
  }

  @Override
  public CompletableFuture<List<Outcome>> removeAll(List<TierKey> keys) {
    return completedFuture(keys.stream().map(key -> Outcome.DONE).toList());
  }

  @Override
  public CompletableFuture<Outcome> removeMatching(Space space, Predicate<byte[]> matching) {
    return completedFuture(Outcome.DONE);
  }

  @Override
  public CompletableFuture<Outcome> clear(Space space) {
    return completedFuture(Outcome.DONE);
  }

  @Override
  public CompletableFuture<Listing> list(Space space, Listing.@Nullable Cursor from) {
    return completedFuture(new Listing.Page(List.of(), null));
  }

  @Override
  public TierStats stats() {
    return TierStats.none();
  }

  @Override
  public void close() {}
}
