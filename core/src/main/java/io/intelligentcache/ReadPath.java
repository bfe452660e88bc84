package io.intelligentcache;

import io.intelligentcache.Found.Origin;
import io.intelligentcache.coherence.Flights;
import io.intelligentcache.coherence.Flights.Flight;
import io.intelligentcache.memory.MemoryEntry;
import io.intelligentcache.stats.CacheCounters.Event;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when memory does not have a key: disk, then Redis, then the loader, and up again.
 *
 * <p>Written once, for one key and for many, for callers that wait and callers that don't. Each
 * search and each load is a {@link Flight}: shared by all who want the key meanwhile, and a fence
 * against storing what is older than a change made meanwhile.
 */
final class ReadPath<K, V> {
  private static final Logger log = LoggerFactory.getLogger(ReadPath.class);

  private record Level(Tier tier, Origin origin) {}

  /** A key on its way down. */
  private record Search<K, V>(
      Flight<K, Found<V>> flight, TierKey below, CompletableFuture<Found<V>> result) {}

  private final Keyspace<K, V> space;
  private final Machinery machinery;
  private final List<Level> levels = new ArrayList<>();
  private final Flights<K, Found<V>> searches = new Flights<>();
  private final Flights<K, Found<V>> loads = new Flights<>();

  /** Which keys are being swept out of the tiers below: until that is done, those are not asked. */
  private final List<Predicate<K>> sweeps = new CopyOnWriteArrayList<>();

  ReadPath(Keyspace<K, V> space) {
    this.space = space;
    this.machinery = space.machinery;
    if (machinery.hasDisk()) {
      levels.add(new Level(machinery.disk(), Origin.DISK));
    }
    if (machinery.hasRedis()) {
      levels.add(new Level(machinery.redis(), Origin.REDIS));
    }
  }

  /**
   * Searches the tiers below memory. Whatever happens to a tier is a miss; only a key that can't be
   * written as text fails.
   */
  CompletableFuture<Found<V>> find(K key) {
    if (levels.isEmpty()) {
      return CompletableFuture.completedFuture(Found.nothing());
    }
    return searches.join(key, flight -> {
      Search<K, V> search = search(flight);
      descend(List.of(search), 0);
      return search.result();
    });
  }

  /** Searches the tiers below memory for many keys, asking each tier once; else as {@link #find}. */
  Map<K, CompletableFuture<Found<V>>> findAll(Collection<K> keys) {
    Map<K, CompletableFuture<Found<V>>> found = new LinkedHashMap<>();
    List<Search<K, V>> mine = new ArrayList<>();
    for (K key : keys) {
      found.put(key, searches.join(key, flight -> {
        Search<K, V> search = search(flight);
        mine.add(search);
        return search.result();
      }));
    }
    descend(mine, 0);
    return found;
  }

  /**
   * Loads a key that a search did not find.
   *
   * @param counts whether this is a request, to be counted as a hit or a miss
   * @return fails with a {@link LoadException}
   * @throws IllegalStateException if a loader on this thread is loading this key
   */
  CompletableFuture<Found<V>> load(K key, Loader<? super K, ? extends V> loader, boolean counts) {
    Loads.refuseCircle(space, key);
    boolean[] first = {false};
    var loaded = loads.join(key, flight -> {
      first[0] = true;
      return startLoad(flight, loader, counts);
    });
    if (counts && !first[0]) {
      space.counters.add(Event.COALESCED);
    }
    return machinery.loads().withDeadline(key, loaded);
  }

  /** Counts what a search brought, if that answers the request. */
  void count(Found<V> found, boolean hasLoader) {
    switch (found.origin()) {
      case DISK -> space.counters.add(Event.DISK_HIT);
      case REDIS -> space.counters.add(Event.REDIS_HIT);
      case NOBODY -> {
        if (!hasLoader) {
          space.counters.add(Event.ABSENT);
        }
      }
      case MEMORY, LOADER -> {} // counted where it happened
    }
  }

  /** Makes sure that no flight under way stores what it brings. Call it under the key's lock. */
  void recall(K key) {
    searches.recall(key);
    loads.recall(key);
  }

  /**
   * Keeps reads of some keys away from the tiers below, and what is on its way up out of memory,
   * until the sweep is over.
   *
   * @return ends it
   */
  Runnable beginSweep(Predicate<K> matching) {
    sweeps.add(matching);
    try {
      searches.recallAll(matching);
      loads.recallAll(matching);
    } catch (Throwable failure) { // a key codec that throws must not leave reads shut out
      sweeps.remove(matching);
      throw failure;
    }
    machinery.locks().awaitChangesInProgress(); // a fill that was already storing has stored
    return () -> sweeps.remove(matching);
  }

  private Search<K, V> search(Flight<K, Found<V>> flight) {
    return new Search<>(flight, space.below(flight.key()), new CompletableFuture<>());
  }

  private void descend(List<Search<K, V>> searches, int depth) {
    if (searches.isEmpty()) {
      return;
    }
    if (depth == levels.size()) {
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
    CompletableFuture<List<Lookup>> answer =
        level.tier().getAll(asked.stream().map(Search::below).toList());
    if (answer.isDone()) {
      ascend(asked, answer.join(), level, depth);
      return;
    }
    // Not on the tier's own thread: decoding takes time, and others' answers wait behind it.
    var unused = answer.whenCompleteAsync(
        (lookups, failure) -> guarded(asked, () -> ascend(asked, answer.join(), level, depth)),
        machinery.steps());
  }

  private boolean isSwept(Search<K, V> search) {
    for (Predicate<K> sweep : sweeps) {
      if (sweep.test(search.flight().key())) {
        return true;
      }
    }
    return false;
  }

  private void giveUp(Search<K, V> search) {
    search.result().complete(Found.nothing());
  }

  /** Whatever goes wrong on the way, those who wait get a miss, which the loader can answer. */
  private void guarded(List<Search<K, V>> searches, Runnable step) {
    try {
      step.run();
    } catch (Throwable bug) { // of a tier, a codec or a weigher; an Error too must not strand them
      log.warn("a search of {} below memory failed", space.space, bug);
      searches.forEach(this::giveUp);
    }
  }

  private void ascend(List<Search<K, V>> searches, List<Lookup> lookups, Level level, int depth) {
    List<Search<K, V>> rest = new ArrayList<>();
    for (int i = 0; i < searches.size(); i++) {
      Search<K, V> search = searches.get(i);
      V value =
          lookups.get(i) instanceof Lookup.Hit hit ? promote(search, hit.item(), level) : null;
      if (value == null) {
        rest.add(search);
      } else {
        search.result().complete(new Found<>(value, level.origin()));
      }
    }
    descend(rest, depth + 1);
  }

  /** Reads an item and copies it up into memory, unless its key has changed since. */
  private @Nullable V promote(Search<K, V> search, Item item, Level level) {
    if (item.expired(machinery.time().epochMillis())) {
      return null;
    }
    V value = space.format.decode(item);
    if (value == null) {
      space.counters.add(Event.UNREADABLE);
      return null;
    }
    Expiry expiry = Expiry.of(item, machinery.time());
    var entry =
        space.entry(search.flight().key(), value, item, expiry, level.origin() == Origin.DISK);
    if (store(search.flight(), entry, () -> {})) {
      space.counters.add(Event.PROMOTION);
    }
    return value;
  }

  /** Puts an entry into memory, if its flight is current and nothing live is there. */
  private boolean store(Flight<K, Found<V>> flight, MemoryEntry<K, V> entry, Runnable andThen) {
    boolean stored = machinery.locks().with(entry.key(), () -> {
      MemoryEntry<K, V> there = space.table.peek(entry.key());
      if (!flight.isCurrent()
          || (there != null && !space.isExpired(there))
          || !machinery.lifecycle().isOpen()) {
        return false;
      }
      space.table.put(entry);
      andThen.run();
      return true;
    });
    machinery.memory().settle();
    return stored;
  }

  private CompletableFuture<Found<V>> startLoad(
      Flight<K, Found<V>> flight, Loader<? super K, ? extends V> loader, boolean counts) {
    K key = flight.key();
    // Between this caller's search and its load another load may have come and gone.
    V there = counts ? space.hit(key) : peek(key);
    if (there != null) {
      return CompletableFuture.completedFuture(new Found<>(there, Origin.MEMORY));
    }
    long start = machinery.time().nanos();
    if (counts) {
      space.counters.add(Event.LOAD);
    }
    return machinery
        .loads()
        .start(space, key, loader)
        .whenComplete((value, failure) -> {
          if (counts) {
            countLoad(machinery.time().nanos() - start, failure);
          } else if (value != null) {
            space.counters.add(Event.WARMED);
          }
          if (value != null) {
            fill(flight, value);
          }
        })
        .thenApply(value -> new Found<>(value, Origin.LOADER));
  }

  private void countLoad(long nanos, @Nullable Throwable failure) {
    space.counters.add(Event.LOAD_NANO, nanos);
    if (failure != null) {
      space.counters.add(Event.LOAD_FAILURE);
    }
  }

  private @Nullable V peek(K key) {
    MemoryEntry<K, V> entry = space.live(key);
    return entry == null ? null : entry.value();
  }

  /**
   * Stores what was loaded, in memory and Redis, unless its key has changed since. Callers get their
   * value even if a codec or a weigher can't cope with it.
   */
  private void fill(Flight<K, Found<V>> flight, V value) {
    Expiry expiry = Expiry.in(space.defaultTtl, machinery.time());
    try {
      Item item =
          machinery.hasRedis() ? space.item(value, expiry.epochMillis(machinery.time())) : null;
      MemoryEntry<K, V> entry = space.entry(flight.key(), value, item, expiry, false);
      TierKey below = machinery.hasLowerTier() ? space.below(flight.key()) : null;
      store(flight, entry, () -> {
        if (below != null) {
          tell(() -> machinery.disk().remove(below));
        }
        if (below != null && item != null) {
          tell(() -> machinery.redis().put(below, item));
        }
        searches.recall(
            flight.key()); // what another search finds may be older than what was loaded
      });
    } catch (RuntimeException | StackOverflowError failure) {
      space.unwritable(failure);
    }
  }

  /** Nobody waits for a fill: the tier counts what it refuses. */
  private static void tell(Supplier<CompletableFuture<?>> write) {
    var unused = write.get();
  }
}
