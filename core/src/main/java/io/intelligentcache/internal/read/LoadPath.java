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
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads keys that no tier has, or that need a fresh value. A load is a {@link Flight}, as a search is. There is one
 * per key, and callers share it. If the key is changed while the load runs, the load stores nothing.
 *
 * <p>If instances share a tier, there is one load per key among all of them too: see {@link LoadLeases}. The claim of
 * the lease answers the value that the tier has. So no search needs to ask that tier first:
 *
 * <pre>
 *   memory -> disk -> claim in Redis: answers a value, or grants the lease -> loader -> memory and Redis
 * </pre>
 */
final class LoadPath<K, V> {
  private final Keyspace<K, V> space;
  private final CacheRuntime runtime;
  private final LoadedFill<K, V> fill;
  private final LoadLeases<K, V> leases;
  private final TierSearch<K, V> searches;
  private final SingleFlight<K, Found<V>> flights;

  LoadPath(
      Keyspace<K, V> space,
      TierSearch<K, V> searches,
      LoadedFill<K, V> fill,
      LoadLeases<K, V> leases) {
    this.space = space;
    this.searches = searches;
    this.runtime = space.runtime;
    this.flights = new SingleFlight<>(runtime.time());
    this.fill = fill;
    this.leases = leases;
  }

  /**
   * The load that a caller waits for.
   *
   * @param flight its outcome completes when the load ends, not at the caller's deadline; it fails with a
   *     {@code LoadException}
   * @param isOwn whether this caller began it
   */
  record Joined<K, V>(Flight<K, Found<V>> flight, boolean isOwn) {}

  /**
   * Loads a key. If a tier is shared, the tiers are searched first.
   *
   * @throws IllegalStateException if a loader on this thread is loading this key
   */
  Joined<K, V> load(K key, Loader<? super K, ? extends V> loader, ReadRequest<K, V> request) {
    PendingLoad<V> start = () -> runtime
        .loads()
        .start(space.loadScope, key, loader, request.freshness().hardTimeout(), request.where());
    return join(key, request, () -> start, !request.isReload());
  }

  /**
   * Whether {@link #load} searches the tiers for a caller that comes now. If a loader is running already, it may take
   * long or hang, while a tier has got a value from another instance.
   */
  boolean searches(K key) {
    if (space.copies == null) {
      return false;
    }
    Flight<K, Found<V>> flight = flights.current(key);
    return flight == null || !(flight.isAnew() || flight.searched().isDone());
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
        .startAll(
            space.loadScope, wanted, loader, request.freshness().hardTimeout(), request.where()));
    Map<K, CompletableFuture<Found<V>>> all = new LinkedHashMap<>();
    try {
      for (K key : keys) {
        all.put(key, join(key, request, () -> batch.add(key), false).flight().outcome());
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

  /**
   * Joins the load of a key, or begins one.
   *
   * @param searching whether it asks the disk first; a bulk read has asked the disk for all its keys at once
   */
  private Joined<K, V> join(
      K key, ReadRequest<K, V> request, Supplier<PendingLoad<V>> start, boolean searching) {
    LoadRunner.refuseCircle(space.loadScope, key);
    boolean[] first = {false};
    Function<Flight<K, Found<V>>, CompletableFuture<Found<V>>> fetch = flight -> {
      first[0] = true;
      return Failures.attempt(() -> begin(flight, request, start.get(), searching));
    };
    Flight<K, Found<V>> load =
        request.isReload() ? flights.openedAnew(key, fetch) : flights.joined(key, fetch);
    if (request.counts()) {
      var unused = load.searched().thenAccept(found -> {
        if (found != null) {
          space.count(found, true);
        } else if (!first[0]) {
          space.counters.add(Event.COALESCED);
        }
      });
    }
    return new Joined<>(load, first[0]);
  }

  private CompletableFuture<Found<V>> begin(
      Flight<K, Found<V>> flight,
      ReadRequest<K, V> request,
      PendingLoad<V> start,
      boolean searching) {
    try {
      // Another load may have begun and ended between this caller's search and its load.
      Found<V> there = alreadyThere(flight.key(), request);
      if (there != null) {
        start.notNow();
        return found(flight, there);
      }
      boolean asksDisk = searching && space.copies != null;
      CompletableFuture<Found<V>> onDisk = asksDisk ? searches.findOnDisk(flight) : null;
      if (onDisk == null) {
        return claim(flight, request, start);
      }
      return here(onDisk).thenCompose(Failures.step(answer -> {
        if (Answers.isMiss(answer)) {
          return claim(flight, request, start);
        }
        start.notNow();
        return found(flight, answer);
      }));
    } catch (Throwable failure) { // thrown by the key: its batch must not wait for it
      start.notNow();
      throw failure;
    }
  }

  private static <K, V> CompletableFuture<Found<V>> found(
      Flight<K, Found<V>> flight, Found<V> answer) {
    flight.searched().complete(answer);
    return CompletableFuture.completedFuture(answer);
  }

  /** A nested load runs in the thread of the loader that requests it, so that thread waits here. */
  private static <T> CompletableFuture<T> here(CompletableFuture<T> step) {
    return LoadRunner.onLoaderThread() ? CompletableFuture.completedFuture(step.join()) : step;
  }

  private CompletableFuture<Found<V>> claim(
      Flight<K, Found<V>> flight, ReadRequest<K, V> request, PendingLoad<V> start) {
    Runnable whenHeld = () -> {
      flight.searched().complete(null);
      start.notNow();
    };
    return here(leases.claim(flight, request, whenHeld).exceptionally(this::withoutTurn))
        .thenCompose(whose -> {
          if (whose instanceof Turn.Load<V> ours) {
            flight.searched().complete(null);
            return run(flight, ours, request, start);
          }
          start.notNow();
          Found<V> answer = ((Turn.Take<V>) whose).found();
          if (!flight.searched().complete(answer) && request.counts()) {
            space.count(answer, true); // loaded by another instance; who joined has been counted
          }
          return CompletableFuture.completedFuture(answer);
        });
  }

  /** If the lease can't be claimed because a tier fails, the key is loaded, and the value is not shared. */
  private Turn<V> withoutTurn(Throwable bug) {
    space.failureLog.log(Kind.UNSEARCHED, bug);
    return Turn.Load.alone();
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
    if (entry == null || request.mayReplace(entry) || !space.isFresh(entry)) {
      return null;
    }
    if (request.counts()) {
      space.table.touch(entry);
    }
    State state = entry.isAbsence() ? State.KNOWN_ABSENT : State.FRESH;
    return Answers.inMemory(entry, state, runtime.time().nanos());
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
    if (flight.isAfterAnew()) { // the caller of that refresh knows a newer value than the key has
      fill.removeOlder(flight, request);
    }
    if (space.dispatcher != null) {
      space.dispatcher.loadFailed(flight.key(), Failures.unwrapped(failure));
    }
    if (flight.isCurrent() && space.table.peek(flight.key()) instanceof AgeingEntry<K, V> entry) {
      entry.backOff(runtime.time().nanos(), request.freshness().retryAfter().toNanos());
    }
  }
}
