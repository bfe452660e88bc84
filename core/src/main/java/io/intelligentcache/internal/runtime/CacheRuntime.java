package io.intelligentcache.internal.runtime;

import io.intelligentcache.Outage;
import io.intelligentcache.codec.Compression;
import io.intelligentcache.internal.coherence.CopyValidity;
import io.intelligentcache.internal.coherence.KeyLocks;
import io.intelligentcache.internal.coherence.SharedCopies;
import io.intelligentcache.internal.concurrent.DeadlineTimer;
import io.intelligentcache.internal.concurrent.Lifecycle;
import io.intelligentcache.internal.load.LoadRunner;
import io.intelligentcache.internal.memory.MemoryEngine;
import io.intelligentcache.internal.tier.NoTier;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What the caches of one manager share.
 *
 * @param hasDisk whether {@code disk} is a real one
 * @param hasRedis whether {@code redis} is a real one
 * @param shared the Redis tier, if other instances change it too; else null
 * @param validity which copies of its values may be answered without asking it
 * @param deadlines the timer
 * @param late ends waits that have taken too long; runs no user code, and never refuses
 * @param steps the threads that caches share for their own work, see {@link Keyspace#steps}; never refuses
 * @param callbacks runs user code that follows on what the cache does, and may block; never refuses
 */
public record CacheRuntime(
    MemoryEngine memory,
    Tier disk,
    boolean hasDisk,
    Tier redis,
    boolean hasRedis,
    @Nullable SharedTier shared,
    CopyValidity validity,
    KeyLocks locks,
    LoadRunner loads,
    DeadlineTimer deadlines,
    Executor late,
    Executor steps,
    Executor callbacks,
    ExpiryScheduler expiryScheduler,
    Compression compression,
    @Nullable Duration defaultTtl,
    boolean multiTenant,
    TimeSource time,
    Lifecycle lifecycle) {

  public boolean hasLowerTier() {
    return hasDisk || hasRedis;
  }

  /** The same for a cache whose values stay in memory. */
  public CacheRuntime withoutLowerTiers() {
    return new CacheRuntime(
        memory,
        NoTier.INSTANCE,
        false,
        NoTier.INSTANCE,
        false,
        null,
        validity,
        locks,
        loads,
        deadlines,
        late,
        steps,
        callbacks,
        expiryScheduler,
        compression,
        defaultTtl,
        multiTenant,
        time,
        lifecycle);
  }

  /** The shared tier, with what a cache answers while it can't be asked; null if no tier is shared. */
  @Nullable
  SharedCopies sharing(Outage outage) {
    return shared == null ? null : new SharedCopies(shared, validity, outage);
  }
}
