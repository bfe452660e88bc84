package io.intelligentcache.internal.write;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.CacheListener.Cause;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.Freshness;
import io.intelligentcache.WriteReport;
import io.intelligentcache.codec.CodecException;
import io.intelligentcache.internal.coherence.CopyValidity;
import io.intelligentcache.internal.coherence.KeyFlights;
import io.intelligentcache.internal.coherence.SharedCopies;
import io.intelligentcache.internal.coherence.SingleFlight.Flight;
import io.intelligentcache.internal.memory.CopyStamp;
import io.intelligentcache.internal.memory.MemoryEntry;
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
  private final KeyFlights<K, V> flights;
  private final CacheRuntime runtime;

  public WritePath(Keyspace<K, V> space, KeyFlights<K, V> flights) {
    this.space = space;
    this.flights = flights;
    this.runtime = space.runtime;
  }

  /**
   * A prepared put: encoded and weighed, so that applying it fails only if its key's {@code equals} throws.
   *
   * @param below the key in the lower tiers; null if there are none
   * @param item the entry for Redis; null if there is no Redis
   */
  record Change<K, V>(
      MemoryEntry<K, V> entry,
      @Nullable TierKey below,
      @Nullable Item item,
      long graceMillis) {
    /** The entry to store in Redis. Call it only if there is a Redis. */
    Tier.Entry forRedis() {
      return new Tier.Entry(requireNonNull(below), requireNonNull(item), graceMillis);
    }
  }

  /**
   * Prepares a put.
   *
   * @throws CodecException if the value can't be encoded
   */
  Change<K, V> prepare(K key, V value, EntryOptions options) {
    return prepare(
        key,
        value,
        space.expiryPolicy.of(key, value, null, options),
        ExpiryPolicy.freshness(options, space.expiryPolicy.freshness()));
  }

  /** As {@link #prepare(Object, Object, EntryOptions)}, with a known expiry and the cache's other settings. */
  Change<K, V> prepare(K key, V value, Expiry expiry) {
    return prepare(key, value, expiry, space.expiryPolicy.freshness());
  }

  private Change<K, V> prepare(K key, V value, Expiry expiry, Freshness freshness) {
    TierKey below = below(key);
    CopyStamp seen = below == null
        ? CopyStamp.ALONE
        : space.stampOf(below, runtime.time().nanos(), Version.NONE);
    space.warnIfUnwritable(value);
    Item item = space.itemForRedis(value, expiry, freshness);
    return new Change<>(
        space.entry(key, value, expiry, freshness, seen, false),
        below,
        item,
        ExpiryPolicy.keptStaleMillis(freshness));
  }

  private @Nullable TierKey below(K key) {
    return runtime.tiers().hasLower() ? space.below(key) : null;
  }

  /**
   * Stores a value.
   *
   * @return completes when the tiers have answered
   * @throws CodecException if the value can't be encoded; then nothing has changed
   */
  public CompletableFuture<WriteReport> put(K key, V value, EntryOptions options) {
    space.requireOpen();
    Change<K, V> change = prepare(key, value, options);
    CompletableFuture<WriteReport> told = change(key, () -> store(change));
    space.counters.add(Event.PUT);
    return told;
  }

  /** Stores values, as {@link #put(Object, Object, EntryOptions)} for each. If one can't be encoded, none is stored. */
  public CompletableFuture<WriteReport> put(
      Map<? extends K, ? extends V> values, EntryOptions options) {
    space.requireOpen();
    List<Change<K, V>> changes = new ArrayList<>(values.size());
    values.forEach((key, value) -> changes.add(prepare(key, value, options)));
    CompletableFuture<WriteReport> told = changeAll(values.keySet(), () -> store(changes));
    space.counters.add(Event.PUT, values.size());
    return told;
  }

  /** Changes a key under its lock, and fences its running flights. */
  private <T> T change(K key, Supplier<T> change) {
    return requireNonNull(changeIf(() -> true, key, change));
  }

  /** As {@link #change}, if a condition holds under the lock. Otherwise nothing changes, and the answer is null. */
  private <T> @Nullable T changeIf(BooleanSupplier holds, K key, Supplier<T> change) {
    T made = runtime.locks().with(key, () -> {
      space.requireOpen(); // close() waits for changes that have passed this
      if (!holds.getAsBoolean()) {
        return null;
      }
      try {
        return change.get();
      } finally {
        flights.fence(key);
      }
    });
    runtime.tiers().memory().settle();
    return made;
  }

  /** As {@link #change}, for many keys under all their locks. */
  private <T> T changeAll(Collection<? extends K> keys, Supplier<T> change) {
    T made = runtime.locks().withAll(keys, () -> {
      space.requireOpen();
      try {
        return change.get();
      } finally {
        keys.forEach(flights::fence);
      }
    });
    runtime.tiers().memory().settle();
    return made;
  }

  /** Applies a prepared put. Call it under the key's lock. */
  private CompletableFuture<WriteReport> store(Change<K, V> change) {
    space.put(change.entry());
    TierKey below = change.below();
    if (below == null) {
      return LOCAL;
    }
    return runtime.tiers().hasDisk()
        ? runtime
            .tiers()
            .disk()
            .remove(below)
            .thenCombine(writeThrough(change), (forgotten, report) -> report)
        : writeThrough(change);
  }

  private CompletableFuture<WriteReport> writeThrough(Change<K, V> change) {
    if (!runtime.tiers().hasRedis()) {
      return LOCAL;
    }
    SharedCopies copies = space.copies;
    return runtime.tiers().redis().put(change.forRedis()).thenApply(outcome -> {
      if (copies != null) {
        copies.onWritten(change.entry(), outcome);
      }
      return WriteReports.of(outcome, copies != null, change.entry().key());
    });
  }

  /** Applies prepared puts. Call it under the locks of their keys. */
  private CompletableFuture<WriteReport> store(List<Change<K, V>> changes) {
    if (!runtime.tiers().hasLower()) {
      putInMemory(changes, () -> {});
      return LOCAL;
    }
    List<TierKey> below = new ArrayList<>(changes.size());
    changes.forEach(change -> below.add(requireNonNull(change.below())));
    putInMemory(changes, () -> {
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
   * Puts entries into memory. If the {@code equals} of a key throws, either nothing has changed, or all these keys
   * are absent from memory.
   *
   * @param below in the second case, removes the keys from the lower tiers
   */
  private void putInMemory(List<Change<K, V>> changes, Runnable below) {
    int done = 0;
    try {
      for (Change<K, V> change : changes) {
        space.put(change.entry());
        done++;
      }
    } catch (Throwable failure) {
      if (done > 0) {
        for (Change<K, V> change : changes) {
          space
              .table
              .discardAllLike(change.entry())
              .forEach(gone -> space.notifyRemoved(gone, Cause.INVALIDATED));
        }
        below.run();
      }
      throw failure;
    }
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
    MemoryEntry<K, V> old;
    try {
      old = space.table.remove(key);
    } catch (Throwable failure) { // an equals() failed: remove all that may be meant
      space.table.discardAllLike(key).forEach(gone -> space.notifyRemoved(gone, Cause.INVALIDATED));
      return;
    }
    if (old != null) {
      space.notifyRemoved(old, Cause.INVALIDATED);
    }
  }

  /** Invalidates a key. The result completes when the tiers have answered. */
  public CompletableFuture<WriteReport> invalidate(K key) {
    space.requireOpen();
    TierKey below = below(key);
    CompletableFuture<WriteReport> told = change(key, () -> forget(key, below));
    space.counters.add(Event.INVALIDATION);
    return told;
  }

  private CompletableFuture<WriteReport> forget(K key, @Nullable TierKey below) {
    remove(key);
    if (below == null) {
      return LOCAL;
    }
    return runtime.tiers().hasDisk()
        ? runtime
            .tiers()
            .disk()
            .remove(below)
            .thenCombine(forgetInRedis(key, below), (forgotten, report) -> report)
        : forgetInRedis(key, below);
  }

  private CompletableFuture<WriteReport> forgetInRedis(K key, TierKey below) {
    return runtime.tiers().hasRedis()
        ? runtime
            .tiers()
            .redis()
            .remove(below)
            .thenApply(outcome -> WriteReports.of(outcome, false, key))
        : LOCAL;
  }

  /** As {@link #invalidate(Object)}, for distinct keys. */
  public CompletableFuture<WriteReport> invalidateAll(Collection<K> keys) {
    space.requireOpen();
    List<TierKey> below =
        runtime.tiers().hasLower() ? keys.stream().map(space::below).toList() : List.of();
    CompletableFuture<WriteReport> told = changeAll(keys, () -> forgetAll(keys, below));
    space.counters.add(Event.INVALIDATION, keys.size());
    return told;
  }

  private CompletableFuture<WriteReport> forgetAll(Collection<K> keys, List<TierKey> below) {
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
   * Applies a change while a flight is current.
   *
   * @param change what to store, or null to make the key absent
   * @return completes when the tiers have answered; null if nothing has changed
   */
  @Nullable
  CompletableFuture<?> changeIfCurrent(Flight<K, ?> flight, @Nullable Change<K, V> change) {
    K key = flight.key();
    TierKey below = change == null ? below(key) : null;
    return changeIf(
        flight::isCurrent, key, () -> change == null ? forget(key, below) : store(change));
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
   * <p>A cache that was closed meanwhile keeps nothing in memory. The change has taken effect, so the caller must not
   * get a failure.
   *
   * @param change what was stored, or null if the key was made absent
   * @return completes when the disk has answered
   */
  CompletableFuture<?> taken(Flight<K, ?> flight, TierKey below, @Nullable Change<K, V> change) {
    runtime.lifecycle().requireOpen();
    K key = flight.key();
    CompletableFuture<?> told = runtime.locks().with(key, () -> {
      if (change != null && flight.isCurrent() && space.isOpen()) {
        space.put(change.entry());
      } else {
        remove(key);
      }
      try {
        return runtime.tiers().disk().remove(below);
      } finally {
        flights.fence(key);
      }
    });
    if (!space.isOpen()
        && space.copies
            != null) { // the old value may be on disk, and read by the next cache of this name
      space.copies.validity().changed(CopyValidity.stripe(below));
    }
    runtime.tiers().memory().settle();
    return told;
  }
}
