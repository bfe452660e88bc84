package io.intelligentcache;

import io.intelligentcache.codec.Compression;
import io.intelligentcache.coherence.KeyLocks;
import io.intelligentcache.coherence.Trust;
import io.intelligentcache.memory.MemoryEngine;
import io.intelligentcache.tier.Deadlines;
import io.intelligentcache.tier.NoTier;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the caches of one manager share.
 *
 * @param hasDisk whether {@code disk} is a real one
 * @param hasRedis whether {@code redis} is a real one
 * @param shared the Redis tier, if it is one that other instances change, too
 * @param trust which copies of what that has may be answered unasked
 * @param deadlines the timer
 * @param steps runs the steps of the read path after a tier has answered; never refuses
 * @param firstSteps runs the first step of an asynchronous call
 * @param callbacks runs user code that follows on what the cache does, and may block; never refuses
 */
record Machinery(
    MemoryEngine memory,
    Tier disk,
    boolean hasDisk,
    Tier redis,
    boolean hasRedis,
    @Nullable SharedTier shared,
    Trust trust,
    KeyLocks locks,
    Loads loads,
    Deadlines deadlines,
    Executor steps,
    Executor firstSteps,
    Executor callbacks,
    Keeper keeper,
    Compression compression,
    @Nullable Duration defaultTtl,
    boolean multiTenant,
    TimeSource time,
    Lifecycle lifecycle) {

  boolean hasLowerTier() {
    return hasDisk || hasRedis;
  }

  /** The same for a cache whose values stay in memory. */
  Machinery withoutLowerTiers() {
    return new Machinery(
        memory,
        NoTier.INSTANCE,
        false,
        NoTier.INSTANCE,
        false,
        null,
        trust,
        locks,
        loads,
        deadlines,
        steps,
        firstSteps,
        callbacks,
        keeper,
        compression,
        defaultTtl,
        multiTenant,
        time,
        lifecycle);
  }

  /** What a cache has in common with other instances, if anything. */
  @Nullable
  Sharing sharing(Outage outage) {
    return shared == null ? null : new Sharing(shared, trust, outage);
  }

  /** Starts what may read a file on a thread of ours. */
  <T> CompletableFuture<T> offCaller(Supplier<CompletableFuture<T>> start) {
    lifecycle.requireOpen();
    if (Loads.onLoaderThread()) {
      return start.get(); // a thread of ours already, and the one that its nested loads must run in
    }
    return CompletableFuture.completedFuture(start).thenComposeAsync(Supplier::get, firstSteps);
  }

  /**
   * Starts a read: where there is no file to read, right here. There an executor of the user's that loaders run
   * on is called in the caller's thread, and can hand on what it finds there.
   */
  <T> CompletableFuture<T> read(Supplier<CompletableFuture<T>> start) {
    lifecycle.requireOpen();
    return hasLowerTier()
        ? offCaller(start)
        : CompletableFuture.completedFuture(start).thenCompose(Supplier::get);
  }

  /** Whether the manager is open. */
  static final class Lifecycle {
    private volatile boolean closed;

    /** Returns true for the first caller. */
    synchronized boolean close() {
      boolean first = !closed;
      closed = true;
      return first;
    }

    boolean isOpen() {
      return !closed;
    }

    void requireOpen() {
      if (closed) {
        throw new IllegalStateException("the cache manager is closed");
      }
    }
  }
}
