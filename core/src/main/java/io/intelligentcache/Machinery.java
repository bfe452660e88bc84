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
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What the caches of one manager share.
 *
 * @param hasDisk whether {@code disk} is a real one
 * @param hasRedis whether {@code redis} is a real one
 * @param shared the Redis tier, if it is one that other instances change, too
 * @param trust which copies of what that has may be answered unasked
 * @param deadlines the timer
 * @param late ends waits that have taken too long; runs no user code, and never refuses
 * @param steps the threads that caches share for their own work, see {@link Keyspace#steps}; never refuses
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
    Executor late,
    Executor steps,
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
        late,
        steps,
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
}
