package io.intelligentcache.internal.read;

import io.intelligentcache.Found;
import io.intelligentcache.Found.Origin;
import io.intelligentcache.Loaded;
import io.intelligentcache.Loader;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.coherence.KeyFlights;
import io.intelligentcache.internal.coherence.SingleFlight;
import io.intelligentcache.internal.coherence.SingleFlight.Flight;
import io.intelligentcache.internal.load.LoadBatch;
import io.intelligentcache.internal.load.LoadRunner;
import io.intelligentcache.internal.load.PendingLoad;
import io.intelligentcache.internal.memory.AgeingEntry;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.read.LoadLeases.Turn;
import io.intelligentcache.internal.read.LoadedFill.Stored;
import io.intelligentcache.internal.read.TierSearch.BeforeClaim;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A read of a key that memory can't answer, with a loader, from top to bottom:
 *
 * <pre>
 *   memory again -> disk -> claim in Redis: answers a value, or grants the lease -> loader -> memory and Redis
 * </pre>
 *
 * <p>All of it is one {@link Flight} per key. Callers that come before the loader is called share it. If the key is
 * changed meanwhile, nothing is stored. If instances share a tier, there is one load per key among all of them too, see
 * {@link LoadLeases}.
 */
final class LoadPath<K, V> {
  private final Keyspace<K, V> space;
  private final CacheRuntime runtime;
  private final SingleFlight<K, Found<V>> flights;
  private final TierSearch<K, V> searches;
  private final LoadLeases<K, V> leases;
  private final LoadedFill<K, V> fill;

  LoadPath(Keyspace<K, V> space, KeyFlights<K, V> flights, TierSearch<K, V> searches) {
    this.space = space;
    this.runtime = space.runtime;
    this.flights = flights.loads();
    this.searches = searches;
    this.leases = new LoadLeases<>(space, searches.promotion);
    this.fill = new LoadedFill<>(space, flights);
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
   * Searches for a key, and loads it if no tier has it. A reload does not search.
   *
   * @throws IllegalStateException if a loader on this thread is loading this key
   */
  Joined<K, V> load(K key, Loader<? super K, ? extends V> loader, ReadRequest<K, V> request) {
    PendingLoad<V> start = () -> runtime
        .loads()
        .start(space.loadScope, key, loader, request.freshness().hardTimeout(), request.where());
    return join(key, request, () -> start, request.purpose() != Purpose.REFRESH);
  }

  /**
   * As {@link #load}, for many keys in one call of the loader. The caller has searched for them. Keys that are already
   * being loaded are left out of that call.
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
   * Whether {@link #load} searches the tiers for a caller that comes now. If a loader is running already, it may take
   * long or hang, while a tier has got a value from another instance.
   */
  boolean searches(K key) {
    Flight<K, Found<V>> flight = flights.current(key);
    return flight == null || !(flight.isAnew() || flight.searched().isDone());
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

  /** Joins the load of a key, or begins one. */
  private Joined<K, V> join(
      K key, ReadRequest<K, V> request, Supplier<PendingLoad<V>> start, boolean searching) {
    LoadRunner.refuseCircle(space.loadScope, key);
    boolean[] first = {false};
    Function<Flight<K, Found<V>>, CompletableFuture<Found<V>>> fetch = flight -> {
      first[0] = true;
      return Failures.attempt(() -> new Load(flight, request, start.get()).begin(searching));
    };
    Flight<K, Found<V>> flight =
        request.isReload() ? flights.openedAnew(key, fetch) : flights.joined(key, fetch);
    if (request.counts()) {
      var unused = flight.searched().thenAccept(found -> {
        if (found != null) {
          space.count(found, true);
        } else if (!first[0]) {
          space.counters.add(Event.COALESCED);
        }
      });
    }
    return new Joined<>(flight, first[0]);
  }

  /** A nested load runs in the thread of the loader that requests it, so that thread waits here. */
  private static <T> CompletableFuture<T> here(CompletableFuture<T> step) {
    return LoadRunner.onLoaderThread() ? CompletableFuture.completedFuture(step.join()) : step;
  }

  /** One load in flight. Its methods are its steps, in this order. */
  private final class Load {
    private final Flight<K, Found<V>> flight;
    private final ReadRequest<K, V> request;
    private final PendingLoad<V> loader;
    private final K key;

    /** When Redis has answered whether it stores the loaded value. Null before the value is stored in memory. */
    private @Nullable CompletableFuture<?> sharing;

    Load(Flight<K, Found<V>> flight, ReadRequest<K, V> request, PendingLoad<V> loader) {
      this.flight = flight;
      this.request = request;
      this.loader = loader;
      this.key = flight.key();
    }

    /**
     * Looks at memory again: another load may have ended since the caller looked. Then searches the disk.
     *
     * @param searching whether the tiers are searched
     */
    CompletableFuture<Found<V>> begin(boolean searching) {
      try {
        Found<V> there = inMemory();
        if (there != null) {
          return answered(there);
        }
        CompletableFuture<BeforeClaim<K, V>> search =
            searching ? searches.findBeforeClaim(flight) : null;
        return search == null
            ? claim(null)
            : here(search)
                .thenCompose(Failures.step(found -> Answers.isMiss(found.answer())
                    ? claim(found.suspect())
                    : answered(found.answer())));
      } catch (Throwable failure) { // thrown by the key: its batch must not wait for it
        loader.notNow();
        throw failure;
      }
    }

    private @Nullable Found<V> inMemory() {
      MemoryEntry<K, V> entry = space.table.peek(key);
      if (entry == null || request.mayReplace(entry) || !space.isFresh(entry)) {
        return null;
      }
      if (request.counts()) {
        space.table.touch(entry);
      }
      return Answers.fresh(entry, runtime.time().nanos());
    }

    /** Ends with an answer of a tier. The loader is not needed. */
    private CompletableFuture<Found<V>> answered(Found<V> answer) {
      loader.notNow();
      if (!flight.searched().complete(answer) && request.counts()) {
        space.count(answer, true); // another instance has loaded it; who joined has been counted
      }
      return CompletableFuture.completedFuture(answer);
    }

    /** Claims the lease. The answer may be the value, or that another instance provides it. */
    private CompletableFuture<Found<V>> claim(@Nullable SuspectCopy<K, V> suspect) {
      Runnable whenHeld = () -> {
        flight.searched().complete(null);
        loader.notNow();
      };
      return here(leases.claim(flight, request, suspect, whenHeld).exceptionally(this::unclaimed))
          .thenCompose(turn -> {
            if (turn instanceof Turn.Take<V> taken) {
              return answered(taken.found());
            }
            flight.searched().complete(null);
            return load((Turn.Load<V>) turn);
          });
    }

    /** If the lease can't be claimed because a tier fails, the key is loaded, and the value is not shared. */
    private Turn<V> unclaimed(Throwable bug) {
      space.failureLog.log(Kind.UNSEARCHED, bug);
      return Turn.Load.alone();
    }

    private CompletableFuture<Found<V>> load(Turn.Load<V> turn) {
      long began = runtime.time().nanos();
      count(Event.LOAD, Event.REFRESH);
      return Failures.attempt(loader::now) // if an executor can't start the load, it has failed
          .whenComplete((loaded, failure) -> {
            boolean stored = false;
            try {
              if (request.counts()) {
                space.counters.add(Event.LOAD_NANO, runtime.time().nanos() - began);
              }
              if (failure != null) {
                failed(failure);
              } else {
                stored = store(loaded, began, turn.condition());
              }
            } finally {
              if (!stored) {
                leases.release(turn); // if this instance still holds it
              }
            }
          })
          .thenCompose(loaded -> answer(Answers.from(Origin.LOADER, loaded.value())));
    }

    /**
     * A refresh waits for the answer of Redis. If Redis does not store the loaded value, it still has the older one
     * until the key is removed, and a read after the refresh must not find that.
     */
    private CompletableFuture<Found<V>> answer(Found<V> loaded) {
      return sharing == null || !request.isReload()
          ? CompletableFuture.completedFuture(loaded)
          : sharing.handle((outcome, failure) -> loaded);
    }

    /** Stores the loaded value. Returns true if a value was stored: the store has then ended the lease. */
    private boolean store(Loaded<V> loaded, long began, @Nullable Condition condition) {
      if (request.purpose() == Purpose.WARM_UP && loaded.value() != null) {
        space.counters.add(Event.WARMED);
      }
      Stored stored = fill.store(flight, loaded, began, condition, request);
      sharing = stored.below();
      return stored.inMemory() && loaded.value() != null;
    }

    /**
     * Counts and reports a failed load. If memory still has an ageing entry of the key, the entry backs off: for a
     * while its value is answered without another load.
     */
    private void failed(Throwable failure) {
      count(Event.LOAD_FAILURE, Event.REFRESH_FAILURE);
      if (flight.isAfterAnew()) { // the caller of that refresh knows a newer value than the key has
        var unused = fill.removeOlder(flight, request);
      }
      if (space.dispatcher != null) {
        space.dispatcher.loadFailed(key, Failures.unwrapped(failure));
      }
      if (flight.isCurrent() && space.table.peek(key) instanceof AgeingEntry<K, V> entry) {
        entry.backOff(runtime.time().nanos(), request.freshness().retryAfter().toNanos());
      }
    }

    /** Counts an event of a load. Warm-ups count theirs in their report. */
    private void count(Event ofRequest, Event ofRefresh) {
      switch (request.purpose()) {
        case REQUEST -> space.counters.add(ofRequest);
        case REFRESH -> space.counters.add(ofRefresh);
        case WARM_UP -> {}
      }
    }
  }
}
