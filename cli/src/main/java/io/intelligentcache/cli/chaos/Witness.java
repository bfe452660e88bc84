package io.intelligentcache.cli.chaos;

import static java.util.concurrent.TimeUnit.MICROSECONDS;

import io.intelligentcache.redis.RedisStats;
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

/** The Redis tier, with its answers to single puts and removals noted in the caller's {@link Attempt}. */
record Witness(Tier tier) implements Tier {
  static TierFactory of(TierFactory tier) {
    return context -> new Witness(tier.open(context));
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
  public boolean mayContain(TierKey key) {
    return tier.mayContain(key);
  }

  @Override
  public CompletableFuture<Outcome> put(TierKey key, Item item) {
    return witnessed(tier.put(key, item));
  }

  @Override
  public CompletableFuture<Outcome> offer(TierKey key, Item item, boolean read) {
    return tier.offer(key, item, read);
  }

  @Override
  public CompletableFuture<List<Outcome>> putAll(List<Entry> entries) {
    return single(tier.putAll(entries), entries.size());
  }

  @Override
  public CompletableFuture<Outcome> remove(TierKey key) {
    return witnessed(tier.remove(key));
  }

  @Override
  public CompletableFuture<List<Outcome>> removeAll(List<TierKey> keys) {
    return single(tier.removeAll(keys), keys.size());
  }

  private CompletableFuture<Outcome> witnessed(CompletableFuture<Outcome> told) {
    Attempt attempt = Attempt.current();
    if (attempt != null) {
      long errorMicros = RedisStats.of(tier).map(RedisStats::clockErrorMicros).orElse(0L);
      attempt.witnessed(told, MICROSECONDS.toNanos(errorMicros));
    }
    return told;
  }

  private CompletableFuture<List<Outcome>> single(CompletableFuture<List<Outcome>> told, int size) {
    if (size == 1) {
      var unused = witnessed(told.thenApply(outcomes -> outcomes.get(0)));
    }
    return told;
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
