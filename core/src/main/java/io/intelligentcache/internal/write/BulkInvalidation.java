package io.intelligentcache.internal.write;

import io.intelligentcache.CacheListener.Cause;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.coherence.KeyFlights;
import io.intelligentcache.internal.invalidation.KeyPattern;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.runtime.FailureLog.Kind;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.stats.CacheCounters.Event;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Tier;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Invalidates many keys without a list of them: all keys, or those that match a pattern.
 *
 * <p>Until the lower tiers have finished, reads of the affected keys do not ask these tiers. Loads are an exception:
 * they still claim the lease in Redis. Redis is swept first: from then on it does not answer this instance with a
 * removed value. What it answered before is fenced. Then memory is swept, and the disk last, so that no old value is
 * demoted after the disk was swept. A value that is put during the sweep may stay or be removed.
 *
 * <p>This could happen if memory were swept before Redis:
 *
 * <pre>
 *   clear: fences loads, sweeps memory     | get(k): begins to load, claims the lease in Redis
 *                                          | Redis answers that "old" is there; it is stored in memory
 *   sweeps Redis                           | memory has "old" after the clear
 * </pre>
 */
public final class BulkInvalidation<K, V> {
  private static final Outcome CLOSED = new Outcome.Refused(Reason.CLOSED);

  private final Keyspace<K, V> space;
  private final KeyFlights<K, V> flights;

  public BulkInvalidation(Keyspace<K, V> space, KeyFlights<K, V> flights) {
    this.space = space;
    this.flights = flights;
  }

  /** Invalidates all keys. */
  public CompletableFuture<?> clear() {
    return run(
        key -> true,
        () -> space.runtime.tiers().redis().clear(space.space),
        () -> space.runtime.tiers().disk().clear(space.space));
  }

  /**
   * Invalidates the keys whose text matches.
   *
   * @return the number of keys found; a key counts once in each tier
   */
  public CompletableFuture<Long> invalidate(KeyPattern matching) {
    Predicate<byte[]> below = new Below(matching);
    return run(
        key -> matching.matches(space.text(key)),
        () -> space.runtime.tiers().redis().removeMatching(space.space, below),
        () -> onDisk(below));
  }

  /**
   * A pattern for keys as the tiers store them. Equal patterns give equal predicates, so that a tier may treat two
   * calls as one.
   */
  private record Below(KeyPattern pattern) implements Predicate<byte[]> {
    @Override
    public boolean test(byte[] key) {
      return pattern.matches(Keyspace.text(key));
    }
  }

  /**
   * Removes the matching keys from disk. If the disk tier can't search for them, all its keys of this key space are
   * removed, because the values must not be read again.
   */
  private CompletableFuture<Outcome> onDisk(Predicate<byte[]> matching) {
    Tier disk = space.runtime.tiers().disk();
    return disk.removeMatching(space.space, matching)
        .thenComposeAsync(
            outcome -> outcome instanceof Outcome.Refused
                ? disk.clear(space.space)
                : CompletableFuture.completedFuture(outcome),
            space.steps);
  }

  private CompletableFuture<Long> run(
      Predicate<K> pattern,
      Supplier<CompletableFuture<Outcome>> inRedis,
      Supplier<CompletableFuture<Outcome>> onDisk) {
    Runnable end =
        space.sweeps.begin(); // first: closing waits for sweeps that found the cache open
    try {
      space.requireOpen();
      return sweep(pattern, inRedis, onDisk).whenComplete((count, failure) -> end.run());
    } catch (Throwable failure) {
      end.run();
      throw failure;
    }
  }

  private CompletableFuture<Long> sweep(
      Predicate<K> pattern,
      Supplier<CompletableFuture<Outcome>> inRedis,
      Supplier<CompletableFuture<Outcome>> onDisk) {
    var unjudged = new AtomicReference<@Nullable Throwable>();
    Predicate<K> matching = key -> matches(pattern, key, unjudged);
    Runnable end = flights.beginSweep(matching);
    try {
      CompletableFuture<Outcome> told = inRedis.get();
      flights.fenceAll(matching);
      long inMemory = sweepMemory(matching);
      return sum(told, onDisk.get())
          .thenApply(count -> count + inMemory)
          .whenComplete((count, failure) -> {
            end.run();
            space.counters.add(Event.INVALIDATION, count == null ? 0 : count);
          })
          .thenCompose(count -> {
            Throwable failure = unjudged.get();
            return failure == null
                ? CompletableFuture.completedFuture(count)
                : CompletableFuture.failedFuture(failure);
          });
    } catch (Throwable failure) { // reads must not stay blocked
      end.run();
      throw failure;
    }
  }

  /**
   * Whether a key is to be removed. If the pattern can't be tested because the text of the key can't be computed, the
   * key may be meant, so it is removed too. The other keys are still removed in all tiers. At the end the caller gets
   * the failure.
   */
  private boolean matches(
      Predicate<K> pattern, K key, AtomicReference<@Nullable Throwable> unjudged) {
    try {
      return pattern.test(key);
    } catch (Throwable failure) {
      unjudged.compareAndSet(null, Failures.safe(failure));
      space.failureLog.log(Kind.UNJUDGED, failure);
      return true;
    }
  }

  private long sweepMemory(Predicate<K> matching) {
    long count = 0;
    for (MemoryEntry<K, V> entry : space.table.entries()) {
      if (matching.test(entry.key()) && space.take(entry, Cause.INVALIDATED)) {
        count++;
      }
    }
    space.runtime.tiers().memory().settle();
    return count;
  }

  private static CompletableFuture<Long> sum(
      CompletableFuture<Outcome> one, CompletableFuture<Outcome> other) {
    return one.thenCombine(other, (first, second) -> count(first) + count(second));
  }

  /**
   * The number of keys that a tier found. A refusal is handled by the tier itself, see {@link Tier}, with one
   * exception: a tier that was closed meanwhile has removed nothing, so the caller must know.
   */
  private static long count(Outcome outcome) {
    if (outcome instanceof Outcome.Done done) {
      return done.count();
    }
    if (outcome.equals(CLOSED)) {
      throw new IllegalStateException("the cache manager was closed during this change");
    }
    return 0;
  }
}
