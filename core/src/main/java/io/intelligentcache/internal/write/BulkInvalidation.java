package io.intelligentcache.internal.write;

import io.intelligentcache.CacheListener.Cause;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.invalidation.KeyPattern;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.read.ReadPath;
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
 * Makes many keys absent without knowing them: by pattern, or all.
 *
 * <p>Until the tiers below are done, reads of the keys it means don't go there, but for loads; those ask Redis whose turn it is.
 * Redis is told before memory is swept: from then on it answers this instance nothing of what is to go. What it answered before is
 * recalled. The disk is swept after memory, so nothing old goes down. What is put meanwhile may stay or go.
 *
 * <p>This is what may happen if memory is swept before Redis is told:
 *
 * <pre>
 *   clear: recalls loads, sweeps memory    | get(k): begins to load, asks Redis whose turn it is
 *                                          | Redis answers: "old" is there; it goes to memory
 *   tells Redis                            | memory has "old" after the clear
 * </pre>
 */
public final class BulkInvalidation<K, V> {
  private static final Outcome CLOSED = new Outcome.Refused(Reason.CLOSED);

  private final Keyspace<K, V> space;
  private final ReadPath<K, V> reads;

  public BulkInvalidation(Keyspace<K, V> space, ReadPath<K, V> reads) {
    this.space = space;
    this.reads = reads;
  }

  /** Makes all keys absent. */
  public CompletableFuture<?> clear() {
    return run(
        key -> true,
        () -> space.runtime.redis().clear(space.space),
        () -> space.runtime.disk().clear(space.space));
  }

  /**
   * Makes absent the keys whose text matches.
   *
   * @return keys found, per tier
   */
  public CompletableFuture<Long> invalidate(KeyPattern matching) {
    Predicate<byte[]> below = new Below(matching);
    return run(
        key -> matching.matches(space.text(key)),
        () -> space.runtime.redis().removeMatching(space.space, below),
        () -> onDisk(below));
  }

  /** Keys as tiers know them. Equal for equal patterns, so that a tier may treat two calls as one. */
  private record Below(KeyPattern pattern) implements Predicate<byte[]> {
    @Override
    public boolean test(byte[] key) {
      return pattern.matches(Keyspace.text(key));
    }
  }

  /** What a disk that can't look for the keys still holds must not be read again: all of it goes. */
  private CompletableFuture<Outcome> onDisk(Predicate<byte[]> matching) {
    Tier disk = space.runtime.disk();
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
    space.runtime.lifecycle().requireOpen();
    var unjudged = new AtomicReference<@Nullable Throwable>();
    Predicate<K> matching = key -> matches(pattern, key, unjudged);
    Runnable end = reads.beginSweep(matching);
    try {
      CompletableFuture<Outcome> told = inRedis.get();
      reads.fenceAll(matching);
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
    } catch (Throwable failure) { // whatever throws must not leave reads shut out
      end.run();
      throw failure;
    }
  }

  /**
   * Whether a key is to go. One whose text can't be had may be meant, so it goes, too, and so do the others in all tiers; at
   * the end the caller learns it.
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
    space.runtime.memory().settle();
    return count;
  }

  private static CompletableFuture<Long> sum(
      CompletableFuture<Outcome> one, CompletableFuture<Outcome> other) {
    return one.thenCombine(other, (first, second) -> count(first) + count(second));
  }

  /**
   * What a tier found. A refusal is its own affair, see {@link Tier}, but for one: a tier that was
   * closed meanwhile has forgotten nothing, so the caller must know.
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
