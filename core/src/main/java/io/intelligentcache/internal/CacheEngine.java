package io.intelligentcache.internal;

import io.intelligentcache.internal.demotion.Demotion;
import io.intelligentcache.internal.memory.EvictionHandler;
import io.intelligentcache.internal.memory.MemoryTable;
import io.intelligentcache.internal.read.BulkRead;
import io.intelligentcache.internal.read.ReadPath;
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
 * One cache, or one tenant's part of it: a {@link Keyspace} and the operations on it, put together.
 *
 * <p>Every part refers to the key space, its table to what handles evictions, and that to the engine. So whatever can
 * still change the key space keeps the engine from being collected.
 */
public final class CacheEngine<K, V> {
  public final Keyspace<K, V> space;
  final ReadPath<K, V> reads;
  final WritePath<K, V> writes;
  final BulkInvalidation<K, V> bulkInvalidation;
  final BulkRead<K, V> bulk;
  final AtomicOperations<K, V> atomics;

  /** The tenant whose engine it is; null for a cache's own. */
  private final @Nullable Tenant<K, V> tenant;

  /** Whether it was used since its {@link Tenant} last looked; always true without a tenant. Raced: see {@link AsyncView#engineInUse}. */
  boolean used = true;

  /**
   * Makes an engine with an empty key space.
   *
   * @param components shared with the other engines of the cache
   * @param tables makes the table, given what handles evictions from it
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
    this.reads = new ReadPath<>(space);
    this.writes = new WritePath<>(space, reads);
    this.bulkInvalidation = new BulkInvalidation<>(space, reads);
    this.bulk = new BulkRead<>(space, reads);
    this.atomics = new AtomicOperations<>(space, reads, writes);
  }

  private void onEvicted() {
    if (tenant != null && space.table.size() == 0) {
      tenant.onEmptied();
    }
  }

  /** Whether it has no entry in memory, and no search, load or atomic operation is under way. */
  boolean isIdle() {
    return space.table.size() == 0 && reads.isIdle();
  }
}
