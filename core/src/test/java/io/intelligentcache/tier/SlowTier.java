package io.intelligentcache.tier;

import io.intelligentcache.internal.tier.ForwardingTier;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/** Answers late and out of order, as a server does; takes effect in the order of calls. */
public final class SlowTier extends ForwardingTier {
  private final ExecutorService answers;

  public SlowTier(HeapTier tier, ExecutorService answers) {
    super(tier);
    this.answers = answers;
  }

  @Override
  public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
    return late(super.getAll(keys));
  }

  @Override
  public CompletableFuture<Outcome> put(Entry entry) {
    return late(super.put(entry));
  }

  @Override
  public CompletableFuture<List<Outcome>> putAll(List<Entry> entries) {
    return late(super.putAll(entries));
  }

  @Override
  public CompletableFuture<Outcome> remove(TierKey key) {
    return late(super.remove(key));
  }

  @Override
  public CompletableFuture<List<Outcome>> removeAll(List<TierKey> keys) {
    return late(super.removeAll(keys));
  }

  private <T> CompletableFuture<T> late(CompletableFuture<T> answer) {
    return answer.thenApplyAsync(
        value -> {
          for (int i = 0; i < 200; i++) {
            Thread.onSpinWait();
          }
          return value;
        },
        answers);
  }
}
