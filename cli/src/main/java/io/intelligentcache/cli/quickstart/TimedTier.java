package io.intelligentcache.cli.quickstart;

import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierFactory;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TierStats;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;

/** A tier whose reads are timed. */
record TimedTier(Tier tier, Latencies latencies, Histogram reads) implements Tier {
  static TierFactory timed(TierFactory tier, Latencies latencies, Histogram reads) {
    return context -> new TimedTier(tier.open(context), latencies, reads);
  }

  @Override
  public String name() {
    return tier.name();
  }

  @Override
  public CompletableFuture<Lookup> get(TierKey key) {
    return getAll(List.of(key)).thenApply(answers -> answers.get(0));
  }

  @Override
  public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
    return latencies.ofSearch(reads, () -> tier.getAll(keys));
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
  public CompletableFuture<Outcome> offer(TierKey key, Item item, boolean read) {
    return tier.offer(key, item, read);
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
  public TierStats stats() {
    return tier.stats();
  }

  @Override
  public void close() {
    tier.close();
  }
}
