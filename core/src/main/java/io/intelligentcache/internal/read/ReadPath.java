package io.intelligentcache.internal.read;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.Found;
import io.intelligentcache.Found.State;
import io.intelligentcache.Freshness;
import io.intelligentcache.LoadException;
import io.intelligentcache.Loader;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.coherence.KeyFlights;
import io.intelligentcache.internal.coherence.SharedCopies;
import io.intelligentcache.internal.coherence.SingleFlight.Flight;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.internal.runtime.CacheRuntime;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.runtime.ReadRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a key that memory can't answer at once. {@link TierSearch} reads it without a loader, {@link LoadPath} with
 * one. This class decides what a caller waits for: if the load takes too long or fails, another answer may do.
 */
public final class ReadPath<K, V> {
  private final Keyspace<K, V> space;
  private final CacheRuntime runtime;
  private final TierSearch<K, V> searches;
  private final LoadPath<K, V> loads;
  private final StaleEntryHandler<K, V> staleEntries;

  public ReadPath(Keyspace<K, V> space, KeyFlights<K, V> flights, TierSearch<K, V> searches) {
    this.space = space;
    this.runtime = space.runtime;
    this.searches = searches;
    this.loads = new LoadPath<>(space, flights, searches);
    this.staleEntries =
        new StaleEntryHandler<>(space, new BackgroundRefresh<>(space, searches, loads));
  }

  /** The answer that memory can give at once, counted if it answers a request; null if there is none. */
  @Nullable
  public Found<V> inMemory(K key, ReadRequest<K, V> request) {
    return staleEntries.answer(key, request);
  }

  /**
   * Searches the lower tiers, and counts the result. If {@link #load} will search them, this finds nothing: the tiers
   * are asked once, not twice.
   */
  public CompletableFuture<Found<V>> search(K key, ReadRequest<K, V> request) {
    boolean hasLoader = request.loader() != null;
    if (hasLoader && loads.searches(key) && !searches.asksBeforeLoad(key)) {
      return CompletableFuture.completedFuture(Answers.nothing());
    }
    CompletableFuture<Found<V>> search = searches.find(key);
    return request.counts()
        ? search.whenComplete((found, never) -> space.count(found, hasLoader))
        : search;
  }

  /** As {@link #search}, for many keys whose result is not counted. Each tier is asked once for all of them. */
  Map<K, CompletableFuture<Found<V>>> searchAll(Collection<K> keys) {
    return searches.findAll(keys);
  }

  Keyspace<K, V> space() {
    return space;
  }

  /** The answer of memory to a caller that only looks; null if there is none. */
  @Nullable
  public Found<V> peekInMemory(K key) {
    return staleEntries.peek(key);
  }

  /** Looks for a key below memory. Nothing is counted or promoted. */
  public CompletableFuture<Found<V>> peekBelow(K key) {
    return searches.peek(key).thenApply(found -> Answers.isMiss(found) ? Answers.nothing() : found);
  }

  /**
   * Loads a key that a search did not find, or answers with another value that the request allows.
   *
   * @return fails with a {@link LoadException}
   * @throws IllegalStateException if a loader on this thread is loading this key
   */
  public CompletableFuture<Found<V>> load(K key, ReadRequest<K, V> request) {
    var loader = request.loader();
    if (loader == null) {
      return CompletableFuture.completedFuture(Answers.nothing());
    }
    Found<V> confirmed = confirmed(key, request);
    if (confirmed != null) {
      return CompletableFuture.completedFuture(confirmed);
    }
    return Failures.attempt(() -> {
      CompletableFuture<?> older = loads.begunTooEarly(key);
      return older == null
          ? loaded(key, loader, request)
          : after(
              runtime
                  .loads()
                  .withDeadline(space.loadScope, key, older, request.freshness().hardTimeout()),
              key,
              request,
              () -> loaded(key, loader, request));
    });
  }

  /** Loads a key. The caller's deadline begins when the tiers have answered: their time is not the loader's. */
  private CompletableFuture<Found<V>> loaded(
      K key, Loader<? super K, ? extends V> loader, ReadRequest<K, V> request) {
    LoadPath.Joined<K, V> load = loads.load(key, loader, request);
    Flight<K, Found<V>> flight = load.flight();
    boolean inCallersThread = request.where() != null && load.isOwn();
    return flight
        .searched()
        .thenCompose(
            Failures.step(found -> inTime(key, flight.outcome(), request, inCallersThread)));
  }

  /**
   * Loads a key anew. This is a load of its own: a load that is running may have read what is outdated now. Nothing
   * of it is stored.
   *
   * @param loader loads it
   * @return fails with a {@link LoadException}; then the key has what it had
   * @throws IllegalStateException if a loader on this thread is loading this key
   */
  public CompletableFuture<Found<V>> reload(
      K key, Loader<? super K, ? extends V> loader, ReadRequest<K, V> request) {
    return loaded(key, loader, request);
  }

  /**
   * Waits for the end of a load that began too early for this caller to join. Then looks whether memory or a lower
   * tier has the value, and loads it if not.
   */
  private CompletableFuture<Found<V>> after(
      CompletableFuture<?> older,
      K key,
      ReadRequest<K, V> request,
      Supplier<CompletableFuture<Found<V>>> load) {
    return older
        .handle((loaded, failure) -> request)
        .thenComposeAsync(
            Failures.step(again -> {
              Found<V> there = inMemory(key, again);
              return there != null
                  ? CompletableFuture.completedFuture(there)
                  : foundOrLoaded(key, again, load);
            }),
            space.steps);
  }

  private CompletableFuture<Found<V>> foundOrLoaded(
      K key, ReadRequest<K, V> request, Supplier<CompletableFuture<Found<V>>> load) {
    return searches.find(key).thenCompose(Failures.step(found -> {
      if (Answers.isMiss(found)) {
        return load.get();
      }
      if (request.counts()) {
        space.count(found, true);
      }
      return CompletableFuture.completedFuture(found);
    }));
  }

  /**
   * The answer of memory after the search has confirmed a suspect entry that is past its TTL; null if there is none.
   */
  private @Nullable Found<V> confirmed(K key, ReadRequest<K, V> request) {
    return space.copies != null && request.counts() ? staleEntries.answer(key, request) : null;
  }

  /** As {@link #load}, for many keys with a bulk loader. */
  Map<K, CompletableFuture<Found<V>>> loadAll(
      Collection<K> keys, Loader<? super K, ? extends V> loader, ReadRequest<K, V> request) {
    Map<K, CompletableFuture<Found<V>>> all = new LinkedHashMap<>();
    List<K> together = new ArrayList<>();
    for (K key : keys) {
      CompletableFuture<?> older = loads.begunTooEarly(key);
      if (older == null) {
        together.add(key);
      } else {
        all.put(key, after(older, key, request, () -> alone(key, loader, request)));
      }
    }
    all.putAll(loads.loadAll(together, loader, request));
    boolean inCallersThread = request.where() != null;
    all.replaceAll((key, load) -> inTime(key, load, request, inCallersThread));
    return all;
  }

  private CompletableFuture<Found<V>> alone(
      K key, Loader<? super K, ? extends V> loader, ReadRequest<K, V> request) {
    return requireNonNull(loads.loadAll(List.of(key), loader, request).get(key));
  }

  /**
   * Limits the time that a caller waits for a load. After that, the answer may be a value past its TTL.
   *
   * @param inCallersThread whether the caller's thread runs the load, so that there is no limit
   */
  private CompletableFuture<Found<V>> inTime(
      K key, CompletableFuture<Found<V>> load, ReadRequest<K, V> request, boolean inCallersThread) {
    Freshness freshness = request.freshness();
    CompletableFuture<Found<V>> loaded = inCallersThread
        ? load
        : runtime.loads().withDeadline(space.loadScope, key, load, freshness.hardTimeout());
    if (!request.counts() || freshness.maxStale() == null) { // a warm-up reports failures
      return loaded;
    }
    CompletableFuture<Found<V>> soon = loaded;
    if (freshness.softTimeout() != null && !loaded.isDone() && !inCallersThread) {
      soon = runtime
          .threads()
          .timeouts()
          .limit(
              loaded,
              freshness.softTimeout().toNanos(),
              () -> LoadException.late("the soft timeout has passed"));
    }
    return soon.exceptionallyComposeAsync(
        Failures.step(failure -> stillRight(key).thenCompose(entry -> {
          Found<V> stale =
              entry == null ? null : staleEntries.fallback(entry, request, why(failure));
          return stale == null ? loaded : CompletableFuture.completedFuture(stale);
        })),
        space.steps);
  }

  /**
   * The entry in memory, if it is as good as an answer of Redis at this instant or later. If Redis can't be asked, an
   * entry that may be answered unconfirmed is good enough. The table is read again: an entry that was invalidated
   * while the load ran is no longer in it.
   */
  private CompletableFuture<@Nullable MemoryEntry<K, V>> stillRight(K key) {
    MemoryEntry<K, V> entry = space.table.peek(key);
    SharedCopies copies = space.copies;
    if (entry == null || copies == null || !copies.isSuspect(entry)) {
      return CompletableFuture.completedFuture(entry);
    }
    long since = runtime.time().nanos();
    return searches.find(key).thenApply(Failures.step(asked -> {
      MemoryEntry<K, V> there = space.table.peek(key);
      boolean unanswered =
          asked.state() == State.UNCONFIRMED || !copies.validity().isListening();
      return there != null
              && (copies.isRightSince(there, since)
                  || (unanswered && copies.mayAnswerUnconfirmed(there)))
          ? there
          : null;
    }));
  }

  private static State why(Throwable failure) {
    return Failures.unwrapped(failure) instanceof LoadException load && load.isLate()
        ? State.STALE_AFTER_TIMEOUT
        : State.STALE_AFTER_FAILURE;
  }
}
