package io.intelligentcache.internal.write;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.CacheListener.Cause;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.Freshness;
import io.intelligentcache.WriteReport;
import io.intelligentcache.codec.CodecException;
import io.intelligentcache.internal.coherence.SharedCopies;
import io.intelligentcache.internal.coherence.SingleFlight.Flight;
import io.intelligentcache.internal.memory.CopyStamp;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.read.ReadPath;
import io.intelligentcache.internal.runtime.CacheRuntime;
import io.intelligentcache.internal.runtime.ExpiryPolicy;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.stats.CacheCounters.Event;
import io.intelligentcache.internal.time.Expiry;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Changes keys in every tier, in one order.
 *
 * <p>Under the key's lock, memory is changed first. Then the change is sent to the lower tiers. Last, the key's
 * flights are fenced. The tiers apply changes in the order of the calls. The operation waits for the tiers, and
 * evicts entries from memory, only after the lock is released.
 *
 * <p>The fence must come last. A search that begins in between finds memory changed and a lower tier unchanged:
 *
 * <pre>
 *   invalidate(k): removes k from memory        | search(k) opens, Redis answers "old"
 *   sends the removal to Redis, fences search   | lands: not current, "old" is not stored
 * </pre>
 */
public final class WritePath<K, V> {
  private static final CompletableFuture<WriteReport> LOCAL =
      CompletableFuture.completedFuture(WriteReports.LOCAL);

  private final Keyspace<K, V> space;
  private final ReadPath<K, V> reads;
  private final CacheRuntime runtime;

  public WritePath(Keyspace<K, V> space, ReadPath<K, V> reads) {
    this.space = space;
    this.reads = reads;
    this.runtime = space.runtime;
  }

  /** A prepared put: encoded and weighed, so that applying it fails only if its key's {@code equals} throws. */
  record Change<K, V>(
      MemoryEntry<K, V> entry, TierKey below, @Nullable Item item, long graceMillis) {
    /** The entry to store in Redis. Call it only if there is a Redis. */
    Tier.Entry forRedis() {
      return new Tier.Entry(below, requireNonNull(item), graceMillis);
    }
  }

  /** Stores a value. As {@link #put(Map, EntryOptions)}, but faster if memory is the only tier. */
  public CompletableFuture<WriteReport> put(K key, V value, EntryOptions options) {
    if (runtime.tiers().hasLower()) {
      return put(Map.of(key, value), options);
    }
    putInMemory(entry(key, value, options));
    space.counters.add(Event.PUT);
    return LOCAL;
  }

  /**
   * Stores values.
   *
   * @return completes when the tiers have answered
   * @throws CodecException if a value can't be encoded; then nothing has changed
   */
  public CompletableFuture<WriteReport> put(
      Map<? extends K, ? extends V> values, EntryOptions options) {
    space.requireOpen();
    CompletableFuture<WriteReport> told =
        runtime.tiers().hasLower() ? putInAll(values, options) : putInMemory(values, options);
    space.counters.add(Event.PUT, values.size());
    return told;
  }

  private MemoryEntry<K, V> entry(K key, V value, EntryOptions options) {
    return space.entry(
        key,
        value,
        space.expiryPolicy.of(key, value, null, options),
        ExpiryPolicy.freshness(options, space.expiryPolicy.freshness()),
        CopyStamp.ALONE,
        false);
  }

  private CompletableFuture<WriteReport> putInMemory(
      Map<? extends K, ? extends V> values, EntryOptions options) {
    List<MemoryEntry<K, V>> entries = new ArrayList<>(values.size());
    values.forEach((key, value) -> entries.add(entry(key, value, options)));
    return change(values.keySet(), () -> {
      putAll(entries, () -> {});
      return LOCAL;
    });
  }

  private void putInMemory(MemoryEntry<K, V> entry) {
    change(List.of(entry.key()), () -> {
      space.put(entry);
      return entry;
    });
  }

  /**
   * Puts entries into memory. If the {@code equals} of a key throws, either nothing has changed, or all these keys
   * are absent from memory.
   *
   * @param below in the second case, removes the keys from the lower tiers
   */
  private void putAll(List<MemoryEntry<K, V>> entries, Runnable below) {
    int done = 0;
    try {
      for (MemoryEntry<K, V> entry : entries) {
        space.put(entry);
        done++;
      }
    } catch (Throwable failure) {
      if (done > 0) {
        for (MemoryEntry<K, V> entry : entries) {
          space
              .table
              .discardAllLike(entry)
              .forEach(gone -> space.notifyRemoved(gone, Cause.INVALIDATED));
        }
        below.run();
      }
      throw failure;
    }
  }

  /** Changes keys under their locks, and fences their running flights. */
  private <T> T change(Collection<? extends K> keys, Supplier<T> change) {
    return requireNonNull(changeIf(() -> true, keys, change));
  }

  /** As {@link #change}, if a condition holds under the locks. Otherwise nothing changes, and the answer is null. */
  private <T> @Nullable T changeIf(
      BooleanSupplier holds, Collection<? extends K> keys, Supplier<T> change) {
    T made = runtime.locks().withAll(keys, () -> {
      space.requireOpen(); // close() waits for changes that have passed this
      if (!holds.getAsBoolean()) {
        return null;
      }
      try {
        return change.get();
      } finally {
        keys.forEach(reads::fence);
      }
    });
    runtime.tiers().memory().settle();
    return made;
  }

  private CompletableFuture<WriteReport> putInAll(
      Map<? extends K, ? extends V> values, EntryOptions options) {
    List<Change<K, V>> changes = new ArrayList<>(values.size());
    values.forEach((key, value) -> changes.add(change(key, value, options)));
    List<TierKey> below = changes.stream().map(Change::below).toList();
    return change(values.keySet(), () -> store(changes, below));
  }

  private CompletableFuture<WriteReport> store(List<Change<K, V>> changes, List<TierKey> below) {
    putAll(changes.stream().map(Change::entry).toList(), () -> {
      var unused = runtime.tiers().disk().removeAll(below);
      var unusedToo = runtime.tiers().redis().removeAll(below);
    });
    return runtime
        .tiers()
        .disk()
        .removeAll(below)
        .thenCombine(writeThrough(changes), (forgotten, report) -> report);
  }

  /**
   * Prepares a put.
   *
   * @throws CodecException if the value can't be encoded
   */
  Change<K, V> change(K key, V value, EntryOptions options) {
    TierKey below = space.below(key);
    CopyStamp seen = space.stampOf(below, runtime.time().nanos(), Version.NONE);
    Freshness freshness = ExpiryPolicy.freshness(options, space.expiryPolicy.freshness());
    Expiry expiry = space.expiryPolicy.of(key, value, null, options);
    space.warnIfUnwritable(value);
    Item item = space.itemForRedis(value, expiry, freshness);
    return new Change<>(
        space.entry(key, value, expiry, freshness, seen, false),
        below,
        item,
        ExpiryPolicy.keptStaleMillis(freshness));
  }

  private CompletableFuture<WriteReport> writeThrough(List<Change<K, V>> changes) {
    if (!runtime.tiers().hasRedis()) {
      return LOCAL;
    }
    List<Tier.Entry> entries = new ArrayList<>(changes.size());
    for (Change<K, V> change : changes) {
      entries.add(change.forRedis());
    }
    SharedCopies copies = space.copies;
    return runtime.tiers().redis().putAll(entries).thenApply(outcomes -> {
      if (copies != null) {
        for (int i = 0; i < changes.size(); i++) {
          copies.onWritten(changes.get(i).entry(), outcomes.get(i));
        }
      }
      return WriteReports.of(
          outcomes,
          copies != null,
          () -> changes.stream().map(change -> change.entry().key()).toList());
    });
  }

  private void remove(K key) {
    List<MemoryEntry<K, V>> gone;
    try {
      MemoryEntry<K, V> old = space.table.remove(key);
      gone = old == null ? List.of() : List.of(old);
    } catch (Throwable failure) { // an equals() failed: remove all that may be meant
      gone = space.table.discardAllLike(key);
    }
    gone.forEach(entry -> space.notifyRemoved(entry, Cause.INVALIDATED));
  }

  /** Invalidates distinct keys. The result completes when the tiers have answered. */
  public CompletableFuture<WriteReport> invalidate(Collection<K> keys) {
    space.requireOpen();
    List<TierKey> below = keys.stream().map(space::below).toList();
    CompletableFuture<WriteReport> told = change(keys, () -> forget(keys, below));
    space.counters.add(Event.INVALIDATION, keys.size());
    return told;
  }

  private CompletableFuture<WriteReport> forget(Collection<K> keys, List<TierKey> below) {
    keys.forEach(this::remove);
    return runtime
        .tiers()
        .disk()
        .removeAll(below)
        .thenCombine(
            runtime.tiers().redis().removeAll(below),
            (forgotten, outcomes) -> runtime.tiers().hasRedis()
                ? WriteReports.of(outcomes, false, () -> keys)
                : WriteReports.LOCAL);
  }

  /**
   * Stores a value while a flight is current. If the value is null, makes the key absent.
   *
   * @return completes when the tiers have answered; null if nothing has changed
   * @throws CodecException if the value can't be encoded; then nothing has changed
   */
  @Nullable
  CompletableFuture<?> changeIfCurrent(Flight<K, ?> flight, @Nullable V value) {
    K key = flight.key();
    List<K> keys = List.of(key);
    List<TierKey> below = runtime.tiers().hasLower() ? List.of(space.below(key)) : List.of();
    EntryOptions options = EntryOptions.defaults();
    if (value == null) {
      return changeIf(flight::isCurrent, keys, () -> forget(keys, below));
    }
    if (!runtime.tiers().hasLower()) {
      MemoryEntry<K, V> entry = entry(key, value, options);
      return changeIf(flight::isCurrent, keys, () -> {
        space.put(entry);
        return LOCAL;
      });
    }
    List<Change<K, V>> changes = List.of(change(key, value, options));
    return changeIf(flight::isCurrent, keys, () -> store(changes, below));
  }

  /**
   * Sends a change to the shared tier only, while a flight is current. This happens under the key's lock, so that the
   * tier receives this instance's changes in the order of their versions. {@link #taken} must follow.
   *
   * @param change what to store, or null to make the key absent
   * @return null if nothing was sent
   */
  @Nullable
  CompletableFuture<Outcome> tellIfCurrent(
      Flight<K, ?> flight,
      TierKey below,
      @Nullable Change<K, V> change,
      SharedTier tier,
      Condition condition) {
    return runtime.locks().with(flight.key(), () -> {
      space.requireOpen();
      if (!flight.isCurrent()) {
        return null;
      }
      return change == null
          ? tier.removeIf(below, condition)
          : tier.putIf(change.forRedis(), condition);
    });
  }

  /**
   * Applies a change to memory and disk that the shared tier has accepted. If this instance has changed the key since
   * it sent the change, memory and disk remove the key instead: what they have may be newer or older.
   *
   * <pre>
   *   asks Redis to change 5 to 6      | put(k, 0): memory has 0, fences the flight, sends 0 to Redis
   *   receives that 6 was stored       | Redis has 0: 6 must not get into memory
   * </pre>
   *
   * @param change what was stored, or null if the key was made absent
   * @return completes when the disk has answered
   */
  CompletableFuture<?> taken(Flight<K, ?> flight, TierKey below, @Nullable Change<K, V> change) {
    return change(List.of(flight.key()), () -> {
      if (change != null && flight.isCurrent()) {
        space.put(change.entry());
      } else {
        remove(flight.key());
      }
      return runtime.tiers().disk().removeAll(List.of(below));
    });
  }
}
