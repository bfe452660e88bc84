package io.intelligentcache.cli.chaos;

import static java.util.concurrent.TimeUnit.MICROSECONDS;

import io.intelligentcache.tier.ForwardingSharedTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.TierFactory;
import io.intelligentcache.tier.TierKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The Redis tier, with its answers to single puts and removals noted in the caller's {@link Attempt}. */
final class Witness extends ForwardingSharedTier {
  private Witness(SharedTier tier) {
    super(tier);
  }

  static TierFactory of(TierFactory tier) {
    return context -> new Witness((SharedTier) tier.open(context));
  }

  @Override
  public CompletableFuture<Outcome> put(TierKey key, Item item) {
    return witnessed(super.put(key, item));
  }

  @Override
  public CompletableFuture<List<Outcome>> putAll(List<Entry> entries) {
    return single(super.putAll(entries), entries.size());
  }

  @Override
  public CompletableFuture<Outcome> remove(TierKey key) {
    return witnessed(super.remove(key));
  }

  @Override
  public CompletableFuture<List<Outcome>> removeAll(List<TierKey> keys) {
    return single(super.removeAll(keys), keys.size());
  }

  private CompletableFuture<Outcome> witnessed(CompletableFuture<Outcome> told) {
    Attempt attempt = Attempt.current();
    if (attempt != null) {
      attempt.witnessed(told, MICROSECONDS.toNanos(sharedStats().clockErrorMicros()));
    }
    return told;
  }

  private CompletableFuture<List<Outcome>> single(CompletableFuture<List<Outcome>> told, int size) {
    if (size == 1) {
      var unused = witnessed(told.thenApply(outcomes -> outcomes.get(0)));
    }
    return told;
  }
}
