package io.intelligentcache;

import io.intelligentcache.codec.CodecException;
import io.intelligentcache.memory.MemoryEntry;
import io.intelligentcache.stats.CacheCounters.Event;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How a key changes: in every tier, in one order.
 *
 * <p>Under the key's lock its flights are recalled, memory is changed, and the tiers below are told
 * in the same breath; they take effect in the order of calls. Waiting for them, and seeing off who
 * leaves memory, happens after.
 */
final class WritePath<K, V> {
  private static final Outcome CLOSED = new Outcome.Refused(Reason.CLOSED);

  private final Keyspace<K, V> space;
  private final ReadPath<K, V> reads;
  private final Machinery machinery;

  WritePath(Keyspace<K, V> space, ReadPath<K, V> reads) {
    this.space = space;
    this.reads = reads;
    this.machinery = space.machinery;
  }

  private record Change<K, V>(
      MemoryEntry<K, V> entry, TierKey below, @Nullable Item item) {}

  /**
   * Stores values.
   *
   * @return done when the tiers have answered
   * @throws CodecException if one can't be written; nothing has changed then
   */
  CompletableFuture<?> put(Map<? extends K, ? extends V> values, EntryOptions options) {
    machinery.lifecycle().requireOpen();
    Expiry expiry = Expiry.in(options.ttlOr(space.defaultTtl), machinery.time());
    space.counters.add(Event.PUT, values.size());
    if (!machinery.hasLowerTier()) {
      values.forEach((key, value) -> put(space.entry(key, value, expiry, false)));
      return CompletableFuture.completedFuture(null);
    }
    return put(values, expiry);
  }

  private void put(MemoryEntry<K, V> entry) {
    Keyspace.seeOff(machinery.locks().with(entry.key(), () -> {
      reads.recall(entry.key());
      return space.table.put(entry);
    }));
  }

  private CompletableFuture<?> put(Map<? extends K, ? extends V> values, Expiry expiry) {
    List<Change<K, V>> changes = new ArrayList<>(values.size());
    values.forEach((key, value) -> changes.add(change(key, value, expiry)));
    List<TierKey> below = changes.stream().map(Change::below).toList();
    List<MemoryEntry<?, ?>> leaving = new ArrayList<>();
    CompletableFuture<?> told = machinery.locks().withAll(values.keySet(), () -> {
      for (Change<K, V> change : changes) {
        reads.recall(change.entry().key());
        leaving.addAll(space.table.put(change.entry()));
      }
      return CompletableFuture.allOf(machinery.disk().removeAll(below), writeThrough(changes));
    });
    Keyspace.seeOff(leaving);
    return told;
  }

  private Change<K, V> change(K key, V value, Expiry expiry) {
    Item item = machinery.hasRedis() ? space.item(value, expiry.epochMillis()) : null;
    return new Change<>(space.entry(key, value, expiry, false), space.below(key), item);
  }

  private CompletableFuture<List<Outcome>> writeThrough(List<Change<K, V>> changes) {
    List<Tier.Entry> entries = new ArrayList<>(changes.size());
    for (Change<K, V> change : changes) {
      if (change.item() != null) {
        entries.add(new Tier.Entry(change.below(), change.item()));
      }
    }
    return machinery.redis().putAll(entries);
  }

  /** Makes keys absent; done when the tiers have answered. */
  CompletableFuture<?> invalidate(Collection<? extends K> keys) {
    machinery.lifecycle().requireOpen();
    Collection<K> distinct = new LinkedHashSet<>(keys);
    List<TierKey> below = distinct.stream().map(space::below).toList();
    CompletableFuture<?> told = machinery.locks().withAll(distinct, () -> {
      for (K key : distinct) {
        reads.recall(key);
        space.table.remove(key);
      }
      return both(machinery.disk().removeAll(below), machinery.redis().removeAll(below));
    });
    space.counters.add(Event.INVALIDATION, distinct.size());
    return told;
  }

  /**
   * Waits for both tiers. Refusals are the tiers' own affair, but for one: a tier that was closed
   * while this change was on its way has not forgotten the older value, so the caller must know.
   */
  private static CompletableFuture<?> both(
      CompletableFuture<List<Outcome>> disk, CompletableFuture<List<Outcome>> redis) {
    return disk.thenCombine(redis, (onDisk, inRedis) -> {
      if (onDisk.contains(CLOSED) || inRedis.contains(CLOSED)) {
        throw new IllegalStateException("the cache manager was closed during this change");
      }
      return onDisk;
    });
  }
}
