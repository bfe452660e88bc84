package io.intelligentcache.cli.chaos.judge;

import static java.util.concurrent.TimeUnit.MICROSECONDS;

import io.intelligentcache.internal.tier.ForwardingSharedTier;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.SharedTierFactory;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A wrapper of the Redis tier that records its answers. Answers to single puts and removals go
 * to the caller's {@link Attempt}, answers to removals of many keys go to the {@link
 * SweepAttempts} of its instance.
 */
public final class Witness extends ForwardingSharedTier {
  private final SweepAttempts sweeps;

  private Witness(SharedTier tier, SweepAttempts sweeps) {
    super(tier);
    this.sweeps = sweeps;
  }

  public static SharedTierFactory of(SharedTierFactory tier, SweepAttempts sweeps) {
    return context -> new Witness((SharedTier) tier.open(context), sweeps);
  }

  @Override
  public CompletableFuture<Outcome> clear(Space space) {
    return witnessed(super.clear(space), sweeps.current(space.cache()));
  }

  @Override
  public CompletableFuture<Outcome> removeMatching(Space space, Predicate<byte[]> matching) {
    return witnessed(super.removeMatching(space, matching), sweeps.current(space.cache()));
  }

  @Override
  public CompletableFuture<Outcome> put(TierKey key, Item item) {
    return witnessed(super.put(key, item));
  }

  @Override
  public CompletableFuture<Outcome> put(Entry entry) {
    return witnessed(super.put(entry));
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
    return witnessed(told, Attempt.current());
  }

  private CompletableFuture<Outcome> witnessed(
      CompletableFuture<Outcome> told, @Nullable Attempt attempt) {
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
