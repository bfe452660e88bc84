package io.intelligentcache.internal;

import io.intelligentcache.internal.concurrent.LimitedExecutor;
import io.intelligentcache.internal.concurrent.Uninterruptibles;
import io.intelligentcache.internal.demotion.FinalFlush;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.MemoryTable;
import io.intelligentcache.internal.runtime.CacheRuntime;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.runtime.Tiers;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Scheduler;
import io.intelligentcache.tier.Space;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Removes the entries of a cache, or of tenants, from memory when they are closed or destroyed, while their manager
 * stays open.
 *
 * <p>The key spaces refuse operations already. The steps are:
 *
 * <ol>
 *   <li>Wait for the changes that began before that. Each holds its key's lock.
 *   <li>Write the entries to disk, or drop them if they are destroyed; remove them from memory.
 *   <li>Wait for evictions that found their entry in memory before it was removed: they may be writing it to disk.
 *   <li>Wait for sweeps, and for tenants that are being closed: the next cache of this name does not know of them, and
 *       would read what they are about to remove.
 *   <li>If they are destroyed, clear disk and Redis.
 *   <li>Free the name.
 * </ol>
 *
 * <p>The name must not be free earlier:
 *
 * <pre>
 *   close: is about to write "old" to disk  | cache(name), another one, put(k, "new"): removes k from disk
 *   writes "old" to disk                    | memory evicts "new", the disk declines it: get(k) returns "old"
 * </pre>
 *
 * <p>Loads and searches that are running store nothing when they end, because their key space is closed.
 */
public final class SpaceCloser {
  private static final Outcome CLOSED = new Outcome.Refused(Reason.CLOSED);

  private final Duration timeout;

  /** A few closings at a time: a codec that hangs in one of them leaves step threads for all others. */
  private final LimitedExecutor threads;

  /**
   * Creates it.
   *
   * @param steps never refuses
   * @param timeout how long entries may be written to disk
   */
  public SpaceCloser(Executor steps, Duration timeout) {
    this.timeout = timeout;
    this.threads = new LimitedExecutor(steps);
  }

  /**
   * Removes the entries of key spaces that are closed.
   *
   * @param runtime that of their cache
   * @param spaces the key spaces
   * @param destroyed whose entries are removed from every tier; null if all entries are written to disk
   * @param others completes when the closings of tenants of this cache have ended
   * @param end frees the name; runs on a step thread, also after a failure
   * @return completes after that
   */
  public CompletableFuture<?> close(
      CacheRuntime runtime,
      List<? extends Keyspace<?, ?>> spaces,
      @Nullable Space destroyed,
      CompletableFuture<?> others,
      Runnable end) {
    return CompletableFuture.runAsync(
            () -> empty(runtime, spaces, destroyed), threads::executeFirst)
        .thenCompose(emptied -> CompletableFuture.allOf(others, sweepsOf(spaces)))
        .thenCompose(ended -> clearBelow(runtime.tiers(), destroyed))
        .whenCompleteAsync((done, failure) -> end.run(), threads);
  }

  private void empty(
      CacheRuntime runtime, List<? extends Keyspace<?, ?>> spaces, @Nullable Space destroyed) {
    Scheduler scheduler = runtime.threads().scheduler();
    Tiers tiers = runtime.tiers();
    runtime.locks().awaitChangesInProgress();
    long deadline = scheduler.nanos() + timeout.toNanos();
    List<MemoryTable<?, ?>> kept = new ArrayList<>();
    for (Keyspace<?, ?> space : spaces) {
      if (space.space.equals(destroyed)) {
        space.table.entries().forEach(MemoryEntry::abandon);
      } else {
        kept.add(space.table);
      }
    }
    var writes = new FinalFlush(tiers.memory(), tiers.disk(), scheduler::nanos, deadline);
    writes.writeOnly(kept);
    runtime.locks().awaitChangesInProgress();
    boolean unused = Uninterruptibles.await(writes.answers(), scheduler, deadline);
    writes.report();
  }

  private static CompletableFuture<?> sweepsOf(List<? extends Keyspace<?, ?>> spaces) {
    return CompletableFuture.allOf(
        spaces.stream().map(space -> space.sweeps.ended()).toArray(CompletableFuture<?>[]::new));
  }

  private static CompletableFuture<Outcome> clearBelow(Tiers tiers, @Nullable Space destroyed) {
    if (destroyed == null) {
      return CompletableFuture.completedFuture(Outcome.DONE);
    }
    return tiers
        .redis()
        .clear(destroyed)
        .thenCombine(tiers.disk().clear(destroyed), (redis, disk) -> {
          if (redis.equals(CLOSED) || disk.equals(CLOSED)) {
            throw new IllegalStateException("the cache manager was closed during this change");
          }
          return disk;
        });
  }
}
