package io.intelligentcache.internal.read;

import io.intelligentcache.Found;
import io.intelligentcache.Found.Origin;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.coherence.CopyValidity;
import io.intelligentcache.internal.coherence.KeyFlights;
import io.intelligentcache.internal.coherence.SharedCopies;
import io.intelligentcache.internal.coherence.SingleFlight.Flight;
import io.intelligentcache.internal.memory.MemoryEntry.Stage;
import io.intelligentcache.internal.memory.SharedEntry;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.internal.runtime.CacheRuntime;
import io.intelligentcache.internal.runtime.FailureLog.Kind;
import io.intelligentcache.internal.runtime.Keyspace;
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
import java.util.function.Consumer;
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
public final class TierSearch<K, V> {
  private record Level(Tier tier, Origin origin) {}

  /** One running search of a key. */
  private static final class Search<K, V> {
    final K key;

    /** Stores what is found; null if nothing is to be stored. */
    final @Nullable Flight<K, Found<V>> flight;

    final TierKey below;

    /** How many of the lower tiers it asks. */
    final int levels;

    /** Whether a claim follows, which asks Redis about a suspect copy in place of this search. */
    final boolean beforeClaim;

    final CompletableFuture<Found<V>> result = new CompletableFuture<>();

    /** The copy that the claim has to ask about. Set before the result. */
    @Nullable
    SuspectCopy<K, V> suspect;

    Search(
        K key,
        @Nullable Flight<K, Found<V>> flight,
        TierKey below,
        int levels,
        boolean beforeClaim) {
      this.key = key;
      this.flight = flight;
      this.below = below;
      this.levels = levels;
      this.beforeClaim = beforeClaim;
    }
  }

  /**
   * What a load has found before its claim.
   *
   * @param answer what is answered; nothing if there is no answer yet
   * @param suspect the copy that the claim asks Redis about, or null
   */
  record BeforeClaim<K, V>(Found<V> answer, @Nullable SuspectCopy<K, V> suspect) {}

  private final Keyspace<K, V> space;
  private final CacheRuntime runtime;
  final Promotion<K, V> promotion;
  private final List<Level> levels = new ArrayList<>(0);
  private final KeyFlights<K, V> flights;

  public TierSearch(Keyspace<K, V> space, KeyFlights<K, V> flights) {
    this.space = space;
    this.flights = flights;
    this.promotion = new Promotion<>(space);
    this.runtime = space.runtime;
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
  public CompletableFuture<Found<V>> find(K key) {
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
    return space.begunTooEarly(flights.searches(), key);
  }

  /** As {@link #find}, for many keys. Each tier is asked once for all of them. */
  Map<K, CompletableFuture<Found<V>>> findAll(Collection<K> keys) {
    Map<K, CompletableFuture<Found<V>>> found = new LinkedHashMap<>();
    List<Search<K, V>> mine = new ArrayList<>();
    try {
      for (K key : keys) {
        found.put(key, begunTooEarly(key) == null ? join(key, mine::add) : find(key));
      }
    } finally {
      descend(mine, 0); // also if a key failed: others may have joined earlier searches
    }
    return found;
  }

  private CompletableFuture<Found<V>> join(K key) {
    return join(key, search -> descend(List.of(search), 0));
  }

  /**
   * Joins the search of a key, or opens one.
   *
   * @param ask asks the tiers for a new search, unless that only asks Redis about an entry in memory
   */
  private CompletableFuture<Found<V>> join(K key, Consumer<Search<K, V>> ask) {
    return flights
        .searches()
        .join(
            key,
            flight -> Failures.attempt(() -> {
              Search<K, V> search = search(key, flight);
              if (!revalidates(search)) {
                ask.accept(search);
              }
              return search.result;
            }));
  }

  /**
   * The first part of a load: searches the tiers below memory that need no claim. It does not ask Redis about a suspect
   * copy, because the claim does that.
   *
   * @return null if there are no such tiers
   */
  @Nullable
  CompletableFuture<BeforeClaim<K, V>> findBeforeClaim(Flight<K, Found<V>> flight) {
    if (levels.isEmpty()) {
      return null;
    }
    K key = flight.key();
    TierKey below = space.below(key);
    if (space.copies == null) {
      var search = new Search<>(key, flight, below, levels.size(), false);
      descend(List.of(search), 0);
      return search.result.thenApply(found -> new BeforeClaim<>(found, null));
    }
    if (space.table.peek(key) != null) { // then the disk has nothing newer
      SharedEntry<K, V> entry = suspect(key);
      return CompletableFuture.completedFuture(new BeforeClaim<>(
          Answers.nothing(),
          entry != null && isInTime(entry)
              ? new SuspectCopy.InMemory<>(space, space.copies, below, entry, true)
              : null));
    }
    var search = new Search<>(key, flight, below, runtime.tiers().hasDisk() ? 1 : 0, true);
    descend(List.of(search), 0);
    return search.result.thenApply(found -> new BeforeClaim<>(found, search.suspect));
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
    return search.result;
  }

  private Search<K, V> search(K key, @Nullable Flight<K, Found<V>> flight) {
    return new Search<>(key, flight, space.below(key), levels.size(), false);
  }

  /**
   * Whether memory has a suspect entry past its TTL. Redis is asked about it before a load: if it has not changed, it
   * may be answered while it is loaded again.
   */
  boolean asksBeforeLoad(K key) {
    SharedEntry<K, V> entry = suspect(key);
    return entry != null && !isInTime(entry) && space.isSuspect(entry);
  }

  private boolean isInTime(SharedEntry<K, V> entry) {
    return entry.stage(runtime.time().nanos()) == Stage.FRESH;
  }

  /** The entry in memory that Redis can be asked about, or null if there is none. */
  private @Nullable SharedEntry<K, V> suspect(K key) {
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
    SharedEntry<K, V> known = suspect(search.key);
    if (copies == null || known == null) {
      return false;
    }
    boolean reads = search.flight != null;
    revalidate(
        search, copies, new SuspectCopy.InMemory<>(space, copies, search.below, known, reads));
    return true;
  }

  private void revalidate(Search<K, V> search, SharedCopies copies, SuspectCopy<K, V> copy) {
    guarded(List.of(search), () -> {
      if (flights.isSwept(search.key)) {
        giveUp(search);
        return;
      }
      long asked = runtime.time().nanos();
      after(
          List.of(search),
          copies.tier().revalidate(search.below, copy.version()),
          lookup -> search.result.complete(copy.settle(
              lookup, asked, item -> promote(search, item, Origin.REDIS, asked, copy.entry()))));
    });
  }

  private void descend(List<Search<K, V>> searches, int depth) {
    if (searches.isEmpty()) {
      return;
    }
    if (depth == searches.get(0).levels) { // the same for all of them
      searches.forEach(this::giveUp);
    } else {
      guarded(searches, () -> ask(searches, depth));
    }
  }

  private void ask(List<Search<K, V>> searches, int depth) {
    List<Search<K, V>> asked = new ArrayList<>(searches.size());
    for (Search<K, V> search : searches) {
      if (flights.isSwept(search.key)) {
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
        level.tier().getAll(asked.stream().map(search -> search.below).toList()),
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

  private void giveUp(Search<K, V> search) {
    search.result.complete(Answers.nothing());
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
        !item.version().isNone() && validity.isValid(CopyValidity.stripe(search.below), asOf);
    if (trusted && answer(search, item, Origin.DISK, asOf)) {
      return;
    }
    var copy = new SuspectCopy.OnDisk<K, V>(
        space,
        copies,
        search.below,
        item.version(),
        asOf,
        since -> promote(search, item, Origin.DISK, since, null),
        search.flight != null);
    if (search.beforeClaim) {
      search.suspect = copy;
      giveUp(search);
    } else {
      revalidate(search, copies, copy);
    }
  }

  private boolean answer(Search<K, V> search, Item item, Origin origin, long asOf) {
    Found<V> found = promote(search, item, origin, asOf, null);
    if (found != null) {
      search.result.complete(found);
    }
    return found != null;
  }

  private @Nullable Found<V> promote(
      Search<K, V> search,
      Item item,
      Origin origin,
      long asOf,
      @Nullable SharedEntry<K, V> replaced) {
    return search.flight == null
        ? promotion.read(item, origin)
        : promotion.promote(search.flight, search.below, item, origin, asOf, replaced);
  }
}
