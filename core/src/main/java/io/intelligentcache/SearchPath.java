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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The search below memory: disk, then Redis, and what is found is copied up.
 *
 * <p>Written once, for one key and for many, for callers that wait and callers that don't. Each search
 * is a {@link Flight}: shared by all who want the key meanwhile, and a fence against storing what is
 * older than a change made meanwhile.
 */
final class SearchPath<K, V> {
  private static final Logger log = LoggerFactory.getLogger(SearchPath.class);

  private record Level(Tier tier, Origin origin) {}

  /** A key on its way down. */
  private record Search<K, V>(
      Flight<K, Found<V>> flight, TierKey below, CompletableFuture<Found<V>> result) {}

  private final Keyspace<K, V> space;
  private final Machinery machinery;
  private final List<Level> levels = new ArrayList<>();
  private final Flights<K, Found<V>> searches = new Flights<>();

  /** Which keys are being swept out of the tiers below: until that is done, those are not asked. */
  private final List<Predicate<K>> sweeps = new CopyOnWriteArrayList<>();

  SearchPath(Keyspace<K, V> space) {
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

  /** Makes sure that no search under way stores what it brings. Call it under the key's lock. */
  void recall(K key) {
    searches.recall(key);
  }

  /**
   * Keeps searches for some keys away from the tiers, and what is on its way up out of memory.
   *
   * @return ends it
   */
  Runnable beginSweep(Predicate<K> matching) {
    sweeps.add(matching);
    try {
      searches.recallAll(matching);
    } catch (Throwable failure) { // a key codec that throws must not leave reads shut out
      sweeps.remove(matching);
      throw failure;
    }
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
        search.result().complete(Found.from(level.origin(), value));
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
    MemoryEntry<K, V> entry = space.entry(
        search.flight().key(),
        value,
        item,
        expiry,
        space.lifetimes.freshness(),
        level.origin() == Origin.DISK);
    if (space.store(search.flight(), entry, null, () -> {})) {
      space.counters.add(Event.PROMOTION);
    }
    return value;
  }
}
