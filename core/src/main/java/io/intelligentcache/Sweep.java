package io.intelligentcache;

import io.intelligentcache.memory.MemoryEntry;
import io.intelligentcache.stats.CacheCounters.Event;
import io.intelligentcache.tier.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * Makes many keys absent without knowing them: by pattern, or all.
 *
 * <p>While it runs, reads of the keys it means don't go below memory, so nothing old comes up
 * behind its back; memory is swept before the tiers below, so nothing old goes down either. What
 * is put meanwhile may stay or go.
 */
final class Sweep<K, V> {
  private final Keyspace<K, V> space;
  private final ReadPath<K, V> reads;

  Sweep(Keyspace<K, V> space, ReadPath<K, V> reads) {
    this.space = space;
    this.reads = reads;
  }

  /** Makes all keys absent. */
  CompletableFuture<?> clear() {
    return run(
        key -> true,
        () -> sum(
            space.machinery.disk().clear(space.space), space.machinery.redis().clear(space.space)));
  }

  /**
   * Makes absent the keys whose text matches.
   *
   * @return keys found, per tier
   */
  CompletableFuture<Long> invalidate(Predicate<String> matching) {
    Predicate<byte[]> below = bytes -> matching.test(Keyspace.text(bytes));
    return run(
        key -> matching.test(space.text(key)),
        () -> sum(
            space.machinery.disk().removeMatching(space.space, below),
            space.machinery.redis().removeMatching(space.space, below)));
  }

  private CompletableFuture<Long> run(
      Predicate<K> matching, java.util.function.Supplier<CompletableFuture<Long>> below) {
    space.machinery.lifecycle().requireOpen();
    Runnable end = reads.beginSweep(matching);
    try {
      long inMemory = sweepMemory(matching);
      return below.get().thenApply(count -> count + inMemory).whenComplete((count, failure) -> {
        end.run();
        space.counters.add(Event.INVALIDATION, count == null ? 0 : count);
      });
    } catch (Throwable failure) { // a pattern or codec that throws must not leave reads shut out
      end.run();
      throw failure;
    }
  }

  private long sweepMemory(Predicate<K> matching) {
    long count = 0;
    for (MemoryEntry<K, V> entry : space.table.entries()) {
      if (matching.test(entry.key())
          && space.machinery.locks().with(entry.key(), () -> space.table.discard(entry))) {
        count++;
      }
    }
    return count;
  }

  private static CompletableFuture<Long> sum(
      CompletableFuture<Outcome> one, CompletableFuture<Outcome> other) {
    return one.thenCombine(other, (first, second) -> count(first) + count(second));
  }

  private static long count(Outcome outcome) {
    return outcome instanceof Outcome.Done done ? done.count() : 0;
  }
}
