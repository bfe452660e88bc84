package io.intelligentcache.internal.read;

import io.intelligentcache.Found;
import io.intelligentcache.Found.Origin;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.coherence.CopyValidity;
import io.intelligentcache.internal.coherence.SharedCopies;
import io.intelligentcache.internal.coherence.SingleFlight;
import io.intelligentcache.internal.coherence.SingleFlight.Flight;
import io.intelligentcache.internal.memory.MemoryEntry.Stage;
import io.intelligentcache.internal.memory.SharedEntry;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.internal.runtime.CacheRuntime;
import io.intelligentcache.internal.runtime.FailureLog.Kind;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.stats.CacheCounters.Event;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The search in the lower tiers: first the disk, then Redis. A value found there is promoted to memory. If another
 * instance may have changed a copy in memory or on disk, Redis is asked whether it still has the version of that
 * copy.
 *
 * <p>The search is asynchronous. Bulk reads and synchronous calls use the same code. Each search is a {@link Flight}:
 * callers that want the key while it runs share its result. If the key is changed while the search runs, the search
 * stores nothing.
 */
final class TierSearch<K, V> {
  private record Level(Tier tier, Origin origin) {}

  /**
   * One running search of a key.
   *
   * @param flight stores what is found; null if nothing is to be stored
   * @param known the entry in memory that Redis is asked about, or null
   * @param levels how many of the lower tiers it asks
   */
  private record Search<K, V>(
      K key,
      @Nullable Flight<K, Found<V>> flight,
      TierKey below,
      @Nullable SharedEntry<K, V> known,
      int levels,
      CompletableFuture<Found<V>> result) {}

  private final Keyspace<K, V> space;
  private final CacheRuntime runtime;
  private final Promotion<K, V> promotion;
  private final List<Level> levels = new ArrayList<>(0);
  private final SingleFlight<K, Found<V>> searches;

  /** Selects the keys of each running sweep. Until the sweep ends, searches for these keys do not ask the tiers. */
  private final List<Predicate<K>> sweeps = new CopyOnWriteArrayList<>();

  TierSearch(Keyspace<K, V> space, Promotion<K, V> promotion) {
    this.space = space;
    this.promotion = promotion;
    this.runtime = space.runtime;
    this.searches = new SingleFlight<>(runtime.time());
    if (runtime.tiers().hasDisk()) {
      levels.add(new Level(runtime.tiers().disk(), Origin.DISK));
    }
    if (runtime.tiers().hasRedis()) {
      levels.add(new Level(runtime.tiers().redis(), Origin.REDIS));
    }
  }

  /**
   * Searches the lower tiers. A tier that fails counts as a miss. The search itself fails only if the key can't be
   * written as text.
   */
  CompletableFuture<Found<V>> find(K key) {
    if (levels.isEmpty()) {
      return CompletableFuture.completedFuture(Answers.nothing());
    }
    CompletableFuture<?> older = begunTooEarly(key);
    return older == null
        ? join(key)
        : older
            .handle((found, never) -> null)
            .thenComposeAsync(Failures.step(end -> join(key)), space.steps);
  }

  /**
   * The outcome of a running search that a new caller must not join, or null if there is none. It began before a
   * change of the key was reported, or longer ago than the staleness bound. The latter is possible if the command
   * timeout is longer than the bound. Redis may have answered this search with a value that is too old for a new
   * caller.
   */
  private @Nullable CompletableFuture<?> begunTooEarly(K key) {
    return space.begunTooEarly(searches, key);
  }

  private CompletableFuture<Found<V>> join(K key) {
    return searches.join(
        key,
        flight -> Failures.attempt(() -> {
          Search<K, V> search = search(key, flight);
          if (!revalidates(search)) {
            descend(List.of(search), 0);
          }
          return search.result();
        }));
  }

  /** As {@link #find}, for many keys. Each tier is asked once for all of them. */
  Map<K, CompletableFuture<Found<V>>> findAll(Collection<K> keys) {
    Map<K, CompletableFuture<Found<V>>> found = new LinkedHashMap<>();
    List<Search<K, V>> mine = new ArrayList<>();
    try {
      for (K key : keys) {
        found.put(key, begunTooEarly(key) == null ? join(key, mine) : find(key));
      }
    } finally {
      descend(mine, 0); // also if a key failed: others may have joined earlier searches
    }
    return found;
  }

  /**
   * Joins the search of a key, or opens one. A new search is added to {@code together}, unless it only asks Redis
   * about an entry in memory.
   */
  private CompletableFuture<Found<V>> join(K key, List<Search<K, V>> together) {
    return searches.join(
        key,
        flight -> Failures.attempt(() -> {
          Search<K, V> search = search(key, flight);
          if (!revalidates(search)) {
            together.add(search);
          }
          return search.result();
        }));
  }

  /**
   * Searches the disk as part of another flight.
   *
   * @return null if there is nothing to search: no disk, or memory has an entry of the key, so that the disk has
   *     nothing newer
   */
  @Nullable
  CompletableFuture<Found<V>> findOnDisk(Flight<K, Found<V>> flight) {
    if (!runtime.tiers().hasDisk() || space.table.peek(flight.key()) != null) {
      return null;
    }
    K key = flight.key();
    var search =
        new Search<K, V>(key, flight, space.below(key), null, 1, new CompletableFuture<>());
    descend(List.of(search), 0);
    return search.result();
  }

  /** As {@link #find}, for a caller that only looks: nothing is promoted, and no entry counts as read. */
  CompletableFuture<Found<V>> peek(K key) {
    if (levels.isEmpty()) {
      return CompletableFuture.completedFuture(Answers.nothing());
    }
    Search<K, V> search = search(key, null);
    if (!revalidates(search)) {
      descend(List.of(search), 0);
    }
    return search.result();
  }

  /** Whether no search is running. */
  boolean isIdle() {
    return searches.isIdle();
  }

  /** Makes sure that no running search of a key stores its result. Call it under the key's lock. */
  void fence(K key) {
    searches.fence(key);
  }

  /**
   * Begins a sweep: until it ends, searches for the matching keys do not ask the tiers.
   *
   * @return ends the sweep
   */
  Runnable beginSweep(Predicate<K> matching) {
    sweeps.add(matching);
    return () -> sweeps.remove(matching);
  }

  /** Makes sure that no running search of the matching keys stores its result. */
  void fenceAll(Predicate<K> matching) {
    searches.fenceAll(matching);
  }

  private Search<K, V> search(K key, @Nullable Flight<K, Found<V>> flight) {
    return new Search<>(
        key, flight, space.below(key), suspect(key), levels.size(), new CompletableFuture<>());
  }

  /** The entry in memory that Redis can be asked about, or null if there is none. */
  @Nullable
  SharedEntry<K, V> suspect(K key) {
    return space.copies != null
            && space.table.peek(key) instanceof SharedEntry<K, V> entry
            && (!entry.isAbsence() || !entry.version().isNone())
            && entry.stage(runtime.time().nanos()) != Stage.GONE
        ? entry
        : null;
  }

  /** Asks Redis about the entry in memory, if there is one. The disk is not asked: it can't have a newer value. */
  private boolean revalidates(Search<K, V> search) {
    SharedCopies copies = space.copies;
    SharedEntry<K, V> known = search.known();
    if (copies == null || known == null) {
      return false;
    }
    boolean reads = search.flight() != null;
    var copy = new SuspectCopy.InMemory<>(space, copies, search.below(), known, reads);
    revalidate(search, copies, known.version(), copy);
    return true;
  }

  private void revalidate(
      Search<K, V> search, SharedCopies copies, Version version, SuspectCopy<V> copy) {
    guarded(List.of(search), () -> {
      if (isSwept(search)) {
        giveUp(search);
        return;
      }
      long asked = runtime.time().nanos();
      after(
          List.of(search),
          copies.tier().revalidate(search.below(), version),
          lookup -> settle(search, copy, lookup, asked));
    });
  }

  private void settle(Search<K, V> search, SuspectCopy<V> copy, Lookup lookup, long asked) {
    Found<V> found = null;
    boolean looksOnly = search.flight() == null;
    if (lookup instanceof Lookup.Unchanged) {
      count(Event.CONFIRMED, looksOnly);
      found = copy.confirmed(asked);
    } else if (lookup instanceof Lookup.Refused) {
      found = copy.unconfirmed();
      if (found == null) {
        found = Answers.unasked();
      } else {
        count(Event.UNCONFIRMED, looksOnly);
      }
    } else {
      count(Event.OUTDATED, looksOnly);
      found = lookup instanceof Lookup.Hit hit
          ? promote(search, hit.item(), Origin.REDIS, asked)
          : null;
      if (!looksOnly) {
        copy.outdated();
      }
    }
    search.result().complete(found == null ? Answers.nothing() : found);
  }

  private void count(Event event, boolean looksOnly) {
    if (!looksOnly) {
      space.counters.add(event);
    }
  }

  private void descend(List<Search<K, V>> searches, int depth) {
    if (searches.isEmpty()) {
      return;
    }
    if (depth == searches.get(0).levels()) { // the same for all of them
      searches.forEach(this::giveUp);
    } else {
      guarded(searches, () -> ask(searches, depth));
    }
  }

  private void ask(List<Search<K, V>> searches, int depth) {
    List<Search<K, V>> asked = new ArrayList<>(searches.size());
    for (Search<K, V> search : searches) {
      if (isSwept(search)) {
        giveUp(search);
      } else {
        asked.add(search);
      }
    }
    if (asked.isEmpty()) {
      return;
    }
    Level level = levels.get(depth);
    long since = runtime.time().nanos();
    after(
        asked,
        level.tier().getAll(asked.stream().map(Search::below).toList()),
        lookups -> ascend(asked, lookups, level, depth, since));
  }

  /** Runs a step with the answer of a tier. */
  private <T> void after(
      List<Search<K, V>> searches, CompletableFuture<T> answer, Consumer<T> step) {
    if (answer.isDone()) {
      step.accept(answer.join());
      return;
    }
    // Not on the tier's thread: decoding takes time, and other answers would have to wait for it.
    var unused = answer.whenCompleteAsync(
        (value, failure) -> guarded(searches, () -> step.accept(answer.join())), space.steps);
  }

  private boolean isSwept(Search<K, V> search) {
    return isSwept(search.key());
  }

  /** Whether a running sweep keeps searches for a key away from the tiers. */
  boolean isSwept(K key) {
    for (Predicate<K> sweep : sweeps) {
      if (sweep.test(key)) {
        return true;
      }
    }
    return false;
  }

  private void giveUp(Search<K, V> search) {
    search.result().complete(Answers.nothing());
  }

  /** Runs a step. If it throws, the waiting callers get a miss, so that the loader can answer them. */
  private void guarded(List<Search<K, V>> searches, Runnable step) {
    try {
      step.run();
    } catch (Throwable bug) { // in a tier or a key; even an Error ends the searches
      space.failureLog.log(Kind.UNSEARCHED, bug);
      searches.forEach(this::giveUp);
    }
  }

  private void ascend(
      List<Search<K, V>> searches, List<Lookup> lookups, Level level, int depth, long since) {
    List<Search<K, V>> rest = new ArrayList<>();
    for (int i = 0; i < searches.size(); i++) {
      Search<K, V> search = searches.get(i);
      if (!(lookups.get(i) instanceof Lookup.Hit hit)) {
        rest.add(search);
      } else if (level.origin() == Origin.DISK && space.copies != null) {
        answerCopy(search, hit.item(), space.copies);
      } else if (!answer(search, hit.item(), level.origin(), since)) {
        rest.add(search);
      }
    }
    descend(rest, depth + 1);
  }

  /**
   * Answers with an item on disk. The item is a copy too: its stamp says as of when Redis had this value. If the copy
   * is suspect or gives no answer, Redis is asked about it.
   */
  private void answerCopy(Search<K, V> search, Item item, SharedCopies copies) {
    CopyValidity validity = copies.validity();
    long asOf = validity.asOfNanos(item.stamp());
    boolean trusted =
        !item.version().isNone() && validity.isValid(CopyValidity.stripe(search.below()), asOf);
    if (!trusted || !answer(search, item, Origin.DISK, asOf)) {
      revalidate(
          search,
          copies,
          item.version(),
          new SuspectCopy.OnDisk<>(
              space,
              copies,
              search.below(),
              asOf,
              since -> promote(search, item, Origin.DISK, since)));
    }
  }

  private boolean answer(Search<K, V> search, Item item, Origin origin, long asOf) {
    Found<V> found = promote(search, item, origin, asOf);
    if (found != null) {
      search.result().complete(found);
    }
    return found != null;
  }

  private @Nullable Found<V> promote(Search<K, V> search, Item item, Origin origin, long asOf) {
    Flight<K, Found<V>> flight = search.flight();
    return flight == null
        ? promotion.read(item, origin)
        : promotion.promote(flight, search.below(), item, origin, asOf, search.known());
  }
}
