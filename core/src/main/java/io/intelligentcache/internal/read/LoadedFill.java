package io.intelligentcache.internal.read;

import io.intelligentcache.CacheListener.Cause;
import io.intelligentcache.Found;
import io.intelligentcache.Loaded;
import io.intelligentcache.internal.coherence.KeyFlights;
import io.intelligentcache.internal.coherence.SharedCopies;
import io.intelligentcache.internal.coherence.SingleFlight.Flight;
import io.intelligentcache.internal.memory.CopyStamp;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.SharedEntry;
import io.intelligentcache.internal.runtime.CacheRuntime;
import io.intelligentcache.internal.runtime.ExpiryPolicy;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.runtime.ReadRequest;
import io.intelligentcache.internal.runtime.ReadRequest.Purpose;
import io.intelligentcache.internal.time.Expiry;
import io.intelligentcache.tier.Beginning;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stores a loaded value in memory and Redis, unless its key has changed since the load began. If a codec, a weigher,
 * a TTL function or a key throws, the callers still get the loaded value.
 */
final class LoadedFill<K, V> {
  private static final CompletableFuture<?> NOTHING_WRITTEN =
      CompletableFuture.completedFuture(null);

  /**
   * How the result of a load was stored.
   *
   * @param inMemory whether memory has it
   * @param below completes when Redis has answered; it may fail
   */
  record Stored(boolean inMemory, CompletableFuture<?> below) {}

  private final Keyspace<K, V> space;
  private final CacheRuntime runtime;
  private final KeyFlights<K, V> flights;

  LoadedFill(Keyspace<K, V> space, KeyFlights<K, V> flights) {
    this.space = space;
    this.runtime = space.runtime;
    this.flights = flights;
  }

  /**
   * Stores the result of a load.
   *
   * @param began when the load began: a change after that is newer
   * @param condition on which the value is stored where other instances see it, see {@link LoadLeases.Turn.Load}
   */
  Stored store(
      Flight<K, Found<V>> flight,
      Loaded<V> loaded,
      long began,
      @Nullable Condition condition,
      ReadRequest<K, V> request) {
    try {
      V value = loaded.value();
      return value == null
          ? storeAbsence(flight, loaded.ttl(), began, condition, request)
          : storeValue(flight, value, loaded.ttl(), began, condition, request);
    } catch (Throwable failure) {
      space.onUnstored(failure);
      return new Stored(false, request.isReload() ? removeOlder(flight, request) : NOTHING_WRITTEN);
    }
  }

  /**
   * Removes what the key has, because the value that was to replace it can't be stored.
   *
   * @return completes when Redis has answered
   */
  CompletableFuture<?> removeOlder(Flight<K, Found<V>> flight, ReadRequest<K, V> request) {
    CompletableFuture<?>[] written = {NOTHING_WRITTEN};
    try {
      TierKey below = below(flight.key());
      boolean unused = runtime.locks().with(flight.key(), () -> {
        boolean may = space.mayChange(flight, request::mayReplace);
        MemoryEntry<K, V> before = may ? space.table.peek(flight.key()) : null;
        boolean was = before != null && space.discard(before, Cause.INVALIDATED);
        if (may && below != null) {
          startWrite(() -> runtime.tiers().disk().remove(below));
          written[0] = forget(below, null, request);
        }
        flights.fenceReads(flight.key());
        return was;
      });
      runtime.tiers().memory().settle();
    } catch (Throwable failure) { // of the key: then nothing of it can be found either
      space.onUnstored(failure);
    }
    return written[0];
  }

  private Stored storeValue(
      Flight<K, Found<V>> flight,
      V value,
      @Nullable Duration ttl,
      long began,
      @Nullable Condition condition,
      ReadRequest<K, V> request) {
    Expiry expiry = space.expiryPolicy.of(flight.key(), value, ttl, request.options());
    space.warnIfUnwritable(value);
    Item item = space.itemForRedis(value, expiry, request.freshness());
    TierKey below = below(flight.key());
    CopyStamp seen = space.stampOf(below, began, Version.NONE);
    MemoryEntry<K, V> entry =
        space.entry(flight.key(), value, expiry, request.freshness(), seen, false);
    CompletableFuture<?>[] written = {NOTHING_WRITTEN};
    boolean stored = space.store(flight, entry, request::mayReplace, () -> {
      if (below != null) {
        startWrite(() -> runtime.tiers().disk().remove(below));
      }
      if (below != null && item != null) {
        long grace = ExpiryPolicy.keptStaleMillis(request.freshness());
        written[0] = share(new Tier.Entry(below, item, grace), condition, entry, request);
      }
      flights.fenceReads(flight.key()); // a running search may bring an older value
      if (space.dispatcher != null && request.purpose() == Purpose.REFRESH) {
        space.dispatcher.refreshed(flight.key(), value);
      }
    });
    return new Stored(stored, written[0]);
  }

  /**
   * Stores an entry in Redis. If that is not possible, a value that was loaded because the caller knows of a change
   * must not leave the older value there: the key is removed, as by an invalidation.
   */
  private CompletableFuture<?> share(
      Tier.Entry below,
      @Nullable Condition condition,
      MemoryEntry<K, V> entry,
      ReadRequest<K, V> request) {
    SharedCopies copies = space.copies;
    if (copies == null) {
      return runtime.tiers().redis().put(below);
    }
    // Redis may have its result already, while this instance has not.
    boolean mayRemove = request.isReload() && flights.atomics().current(entry.key()) == null;
    if (condition == null) {
      copies.onStoredLocally(entry);
      return mayRemove ? copies.tier().remove(below.key()) : NOTHING_WRITTEN;
    }
    CompletableFuture<Outcome> put = copies.tier().putIf(below, condition);
    return put.thenCompose(outcome -> {
      copies.onWritten(entry, outcome);
      if (outcome instanceof Outcome.Stored) {
        return put;
      }
      if (mayRemove) {
        return put.thenComposeAsync(
            unmet -> removeUnlessChanged(entry, below.key(), condition, copies.tier(), unmet),
            space.steps);
      }
      if (condition instanceof Condition.Leased leased) { // or others would wait for its end
        copies.tier().release(below.key(), leased.lease());
      }
      return put;
    });
  }

  /**
   * Removes a key from Redis, unless it has been changed since an entry was stored. What memory has got from Redis
   * meanwhile is no change if it is older than the load. It is removed too: if Redis refuses the removal, it reports no
   * change of that copy.
   *
   * @param unmet the answer of Redis to the store
   * @return the answer of Redis to the removal; {@code unmet} if nothing was removed
   */
  private CompletableFuture<Outcome> removeUnlessChanged(
      MemoryEntry<K, V> entry, TierKey below, Condition condition, SharedTier tier, Outcome unmet) {
    K key = entry.key();
    CompletableFuture<Outcome> removed = runtime.locks().with(key, () -> {
      MemoryEntry<K, V> there = space.table.peek(key);
      if (there != null && there != entry) {
        if (!isOlder(there, condition)) {
          return CompletableFuture.completedFuture(unmet);
        }
        boolean unused = space.discard(there, Cause.INVALIDATED);
      }
      startWrite(() -> runtime.tiers().disk().remove(below));
      flights.fence(key); // a read may have the older value from Redis, and store it after this
      return tier.remove(below);
    });
    runtime.tiers().memory().settle();
    return removed;
  }

  /** Whether Redis had an entry before the load began whose value was to be stored. */
  private static boolean isOlder(MemoryEntry<?, ?> entry, Condition condition) {
    Beginning load = condition.begun();
    return load != null
        && entry instanceof SharedEntry<?, ?> copy
        && !copy.version().isNone()
        && copy.version().compareTo(load.version()) < 0;
  }

  /**
   * Stores that a key has no value. The absence is kept in memory. If instances share a tier, it is stored there too,
   * so that its end is reported to this instance. An older value of the key is removed from every tier.
   */
  private Stored storeAbsence(
      Flight<K, Found<V>> flight,
      @Nullable Duration loaders,
      long began,
      @Nullable Condition condition,
      ReadRequest<K, V> request) {
    Duration ttl = loaders != null ? loaders : request.freshness().absenceTtl();
    TierKey below = below(flight.key());
    Expiry expiry = ttl == null ? null : space.expiryPolicy.ofAbsence(ttl, request.options());
    MemoryEntry<K, V> absence = expiry == null
        ? null
        : space.absence(flight.key(), expiry, space.stampOf(below, began, Version.NONE));
    CompletableFuture<?>[] written = {NOTHING_WRITTEN};
    boolean stored = runtime.locks().with(flight.key(), () -> {
      boolean may = space.mayChange(flight, request::mayReplace);
      if (may) {
        MemoryEntry<K, V> before = space.table.peek(flight.key());
        if (absence != null) {
          space.put(absence);
        } else if (before != null) {
          boolean unused = space.discard(before, Cause.REPLACED);
        }
        // A tier that did not answer the search may still have a value.
        if (below != null) {
          startWrite(() -> runtime.tiers().disk().remove(below));
        }
        if (below != null && expiry != null && absence != null && space.copies != null) {
          Item item = Item.absence(expiry.epochMillis(runtime.time()));
          written[0] = share(new Tier.Entry(below, item, 0), condition, absence, request);
        } else if (below != null
            && (before != null || space.copies == null || request.isReload())) {
          written[0] = forget(below, condition, request);
        }
        flights.fenceReads(flight.key());
      }
      return may;
    });
    runtime.tiers().memory().settle();
    return new Stored(stored, written[0]);
  }

  private CompletableFuture<?> forget(
      TierKey below, @Nullable Condition condition, ReadRequest<K, V> request) {
    SharedCopies copies = space.copies;
    if (copies == null || request.isReload()) {
      return runtime.tiers().redis().remove(below);
    }
    return condition == null ? NOTHING_WRITTEN : copies.tier().removeIf(below, condition);
  }

  private @Nullable TierKey below(K key) {
    return runtime.tiers().hasLower() ? space.below(key) : null;
  }

  /** Starts a write without waiting for its outcome: the tier counts what it refuses. */
  private static void startWrite(Supplier<CompletableFuture<?>> write) {
    var unused = write.get();
  }
}
