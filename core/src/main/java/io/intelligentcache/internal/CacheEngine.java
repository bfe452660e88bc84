package io.intelligentcache.internal;

import io.intelligentcache.internal.coherence.KeyFlights;
import io.intelligentcache.internal.demotion.Demotion;
import io.intelligentcache.internal.memory.EvictionHandler;
import io.intelligentcache.internal.memory.MemoryTable;
import io.intelligentcache.internal.read.BulkRead;
import io.intelligentcache.internal.read.ReadPath;
import io.intelligentcache.internal.read.TierSearch;
import io.intelligentcache.internal.runtime.CacheComponents;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.stats.CacheCounters;
import io.intelligentcache.internal.write.AtomicOperations;
import io.intelligentcache.internal.write.BulkInvalidation;
import io.intelligentcache.internal.write.WritePath;
import io.intelligentcache.tier.Space;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The engine of one cache or one tenant: a {@link Keyspace} together with the operations on it.
 *
 * <p>Every part refers to the key space. The table of the key space refers to the handler of evictions, and that
 * handler refers to the engine. So everything that can still change the key space keeps the engine from being
 * garbage-collected.
 */
public final class CacheEngine<K, V> {
  public final Keyspace<K, V> space;
  final ReadPath<K, V> reads;
  private final KeyFlights<K, V> flights;
  final WritePath<K, V> writes;
  final BulkInvalidation<K, V> bulkInvalidation;
  final BulkRead<K, V> bulk;
  final AtomicOperations<K, V> atomics;

  /** The tenant that has this engine; null for the engine of a cache itself. */
  private final @Nullable Tenant<K, V> tenant;

  /**
   * Whether it was used since its {@link Tenant} checked last; always true without a tenant. This is a data race by
   * design: see {@link AsyncView#engineInUse}.
   */
  boolean used = true;

  /**
   * Creates an engine with an empty key space.
   *
   * @param components shared with the other engines of the cache
   * @param tables creates the table, given the handler of its evictions
   */
  public CacheEngine(
      CacheComponents<K, V> components,
      Space name,
      @Nullable Tenant<K, V> tenant,
      Function<EvictionHandler<K, V>, MemoryTable<K, V>> tables) {
    this.tenant = tenant;
    this.space = new Keyspace<>(
        components,
        name,
        tenant == null ? new CacheCounters() : new CacheCounters(tenant.hits),
        state -> tables.apply(new Demotion<>(state, this::onEvicted)));
    this.flights = new KeyFlights<>(space.runtime.time(), space.runtime.locks());
    var searches = new TierSearch<>(space, flights);
    this.reads = new ReadPath<>(space, flights, searches);
    this.writes = new WritePath<>(space, flights);
    this.bulkInvalidation = new BulkInvalidation<>(space, flights);
    this.bulk = new BulkRead<>(space, reads, searches);
    this.atomics = new AtomicOperations<>(space, flights, searches, writes);
  }

  private void onEvicted() {
    if (tenant != null && space.table.size() == 0) {
      tenant.onEmptied();
    }
  }

  /** Whether it has no entry in memory, and no search, load or atomic operation is running. */
  boolean isIdle() {
    return space.table.size() == 0 && flights.isIdle();
  }
}
