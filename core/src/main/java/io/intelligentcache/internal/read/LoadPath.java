package io.intelligentcache.internal.read;

import io.intelligentcache.Found;
import io.intelligentcache.Found.Origin;
import io.intelligentcache.Found.State;
import io.intelligentcache.Loaded;
import io.intelligentcache.Loader;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.coherence.SingleFlight;
import io.intelligentcache.internal.coherence.SingleFlight.Flight;
import io.intelligentcache.internal.load.LoadBatch;
import io.intelligentcache.internal.load.LoadRunner;
import io.intelligentcache.internal.load.PendingLoad;
import io.intelligentcache.internal.memory.AgeingEntry;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.read.LoadLeases.Turn;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.internal.runtime.CacheRuntime;
import io.intelligentcache.internal.runtime.FailureLog.Kind;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.runtime.ReadRequest;
import io.intelligentcache.internal.runtime.ReadRequest.Purpose;
import io.intelligentcache.internal.stats.CacheCounters.Event;
import io.intelligentcache.tier.Condition;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads keys that no tier has, or that need a fresh value. A load is a {@link Flight}, as a search is. There is one
 * per key, and callers share it. If the key is changed while the load runs, the load stores nothing. If instances
 * share a tier, there is one load per key among all of them too: see {@link LoadLeases}.
 */
final class LoadPath<K, V> {
  private final Keyspace<K, V> space;
  private final CacheRuntime runtime;
  private final LoadedFill<K, V> fill;
  private final LoadLeases<K, V> leases;
  private final SingleFlight<K, Found<V>> flights;

  LoadPath(Keyspace<K, V> space, LoadedFill<K, V> fill, LoadLeases<K, V> leases) {
    this.space = space;
    this.runtime = space.runtime;
    this.flights = new SingleFlight<>(runtime.time());
    this.fill = fill;
    this.leases = leases;
  }

  /**
   * Loads a key. The result completes when the load ends, not at the caller's deadline.
   *
   * @return fails with a {@code LoadException}
   * @throws IllegalStateException if a loader on this thread is loading this key
   */
  CompletableFuture<Found<V>> load(
      K key, Loader<? super K, ? extends V> loader, ReadRequest<K, V> request) {
    PendingLoad<V> start = () ->
        runtime.loads().start(space.loadScope, key, loader, request.freshness().hardTimeout());
    return join(key, request, () -> start);
  }

  /**
   * As {@link #load}, for many keys in one call of the loader. Keys that are already being loaded are left out of
   * that call.
   */
  Map<K, CompletableFuture<Found<V>>> loadAll(
      Collection<K> keys, Loader<? super K, ? extends V> loader, ReadRequest<K, V> request) {
    keys.forEach(key -> LoadRunner.refuseCircle(space.loadScope, key)); // before any flight is open
    var batch = new LoadBatch<K, V>(wanted -> runtime
        .loads()
        .startAll(space.loadScope, wanted, loader, request.freshness().hardTimeout()));
    Map<K, CompletableFuture<Found<V>>> all = new LinkedHashMap<>();
    try {
      for (K key : keys) {
        all.put(key, join(key, request, () -> batch.add(key)));
      }
    } finally {
      batch.complete(); // also if a key failed: others may have joined earlier loads
    }
    return all;
  }

  /**
   * The outcome of a running load that a new caller must not join. The load began before a change of the key by
   * another instance was reported, or so long ago that such a change is possible. A new caller must not get the
   * loaded value without looking at the tiers first.
   *
   * <pre>
   *   this instance starts to load k, and reads "old" from the database
   *   another instance changes k in the database, and invalidates k in the cache: the lease of this load is gone
   *   later than the staleness bound, a caller reads k in this instance: it must not get "old"
   * </pre>
   *
   * @return null if there is no such load
   */
  @Nullable
  CompletableFuture<?> begunTooEarly(K key) {
    return space.begunTooEarly(flights, key);
  }

  /** Whether no load is running. */
  boolean isIdle() {
    return flights.isIdle();
  }

  /** Makes sure that no running load of a key stores its result. Call it under the key's lock. */
  void fence(K key) {
    flights.fence(key);
  }

  void fenceAll(Predicate<K> matching) {
    flights.fenceAll(matching);
  }

  private CompletableFuture<Found<V>> join(
      K key, ReadRequest<K, V> request, Supplier<PendingLoad<V>> start) {
    LoadRunner.refuseCircle(space.loadScope, key);
    boolean[] first = {false};
    var loaded = flights.join(key, flight -> {
      first[0] = true;
      return Failures.attempt(() -> begin(flight, request, start.get()));
    });
    if (request.counts() && !first[0]) {
      space.counters.add(Event.COALESCED);
    }
    return loaded;
  }

  private CompletableFuture<Found<V>> begin(
      Flight<K, Found<V>> flight, ReadRequest<K, V> request, PendingLoad<V> start) {
    try {
      return turn(flight, request, start);
    } catch (Throwable failure) { // thrown by the key: its batch must not wait for it
      start.notNow();
      throw failure;
    }
  }

  private CompletableFuture<Found<V>> turn(
      Flight<K, Found<V>> flight, ReadRequest<K, V> request, PendingLoad<V> start) {
    // Another load may have begun and ended between this caller's search and its load.
    Found<V> there = alreadyThere(flight.key(), request);
    if (there != null) {
      start.notNow();
      return CompletableFuture.completedFuture(there);
    }
    CompletableFuture<Turn<V>> turn =
        leases.claim(flight, request, start::notNow).exceptionally(this::withoutTurn);
    if (LoadRunner.onLoaderThread()) {
      turn = CompletableFuture.completedFuture(turn.join()); // nested: runs in this thread
    }
    return turn.thenCompose(whose -> {
      if (whose instanceof Turn.Load<V> ours) {
        return run(flight, ours, request, start);
      }
      start.notNow();
      return CompletableFuture.completedFuture(take(((Turn.Take<V>) whose).found(), request));
    });
  }

  /** If the lease can't be claimed because a tier fails, the key is loaded, and the value is not shared. */
  private Turn<V> withoutTurn(Throwable bug) {
    space.failureLog.log(Kind.UNSEARCHED, bug);
    return Turn.Load.alone();
  }

  private Found<V> take(Found<V> found, ReadRequest<K, V> request) {
    if (request.counts()) {
      space.counters.add(Event.REDIS_HIT);
      if (found.state() == State.KNOWN_ABSENT) {
        space.counters.add(Event.KNOWN_ABSENT);
      }
    }
    return found;
  }

  private CompletableFuture<Found<V>> run(
      Flight<K, Found<V>> flight,
      Turn.Load<V> turn,
      ReadRequest<K, V> request,
      PendingLoad<V> start) {
    long began = runtime.time().nanos();
    switch (request.purpose()) {
      case REQUEST -> space.counters.add(Event.LOAD);
      case REFRESH -> space.counters.add(Event.REFRESH);
      case WARM_UP -> {} // counted when it succeeds
    }
    return Failures.attempt(start::now) // if an executor can't start the load, it has failed
        .whenComplete((loaded, failure) -> {
          boolean stored = false;
          try {
            if (request.counts()) {
              space.counters.add(Event.LOAD_NANO, runtime.time().nanos() - began);
            }
            if (failure != null) {
              failed(flight, failure, request);
            } else {
              stored = succeeded(flight, loaded, began, turn.condition(), request);
            }
          } finally {
            if (!stored) {
              leases.release(turn); // if this instance still holds it
            }
          }
        })
        .thenApply(loaded -> Answers.from(Origin.LOADER, loaded.value()));
  }

  private @Nullable Found<V> alreadyThere(K key, ReadRequest<K, V> request) {
    MemoryEntry<K, V> entry = space.table.peek(key);
    return entry == null || entry == request.replaces() || !space.isFresh(entry)
        ? null
        : space.answer(entry, entry.isAbsence() ? State.KNOWN_ABSENT : State.FRESH, request);
  }

  /** Stores the loaded value. Returns true if a value was stored: the store has then ended the lease. */
  private boolean succeeded(
      Flight<K, Found<V>> flight,
      Loaded<V> loaded,
      long began,
      @Nullable Condition condition,
      ReadRequest<K, V> request) {
    if (request.purpose() == Purpose.WARM_UP && loaded.value() != null) {
      space.counters.add(Event.WARMED);
    }
    return fill.store(flight, loaded, began, condition, request) && loaded.value() != null;
  }

  /**
   * Counts and reports a failed load. If memory still has an ageing entry of the key, the entry backs off: for a
   * while its value is answered without another load.
   */
  private void failed(Flight<K, Found<V>> flight, Throwable failure, ReadRequest<K, V> request) {
    switch (request.purpose()) {
      case REQUEST -> space.counters.add(Event.LOAD_FAILURE);
      case REFRESH -> space.counters.add(Event.REFRESH_FAILURE);
      case WARM_UP -> {} // counted in its report
    }
    if (space.dispatcher != null) {
      space.dispatcher.loadFailed(flight.key(), Failures.unwrapped(failure));
    }
    if (flight.isCurrent() && space.table.peek(flight.key()) instanceof AgeingEntry<K, V> entry) {
      entry.backOff(runtime.time().nanos(), request.freshness().retryAfter().toNanos());
    }
  }
}
