package io.intelligentcache.internal.read;

import io.intelligentcache.Found;
import io.intelligentcache.Loader;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.memory.AgeingEntry;
import io.intelligentcache.internal.memory.MemoryEntry.Stage;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.runtime.ReadRequest;
import io.intelligentcache.internal.stats.CacheCounters.Event;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Loads entries again in the background, so that their values are fresh for the next callers. */
final class BackgroundRefresh<K, V> {
  private final Keyspace<K, V> space;
  private final TierSearch<K, V> searches;
  private final LoadPath<K, V> loads;
  private final RefreshQueue queue;

  BackgroundRefresh(Keyspace<K, V> space, TierSearch<K, V> searches, LoadPath<K, V> loads) {
    this.space = space;
    this.searches = searches;
    this.loads = loads;
    this.queue = new RefreshQueue(space.steps);
  }

  /** Loads an entry again, unless such a load is already running or the request has no loader. */
  void start(AgeingEntry<K, V> entry, ReadRequest<K, V> request) {
    var loader = request.loader();
    if (loader == null || !entry.beginRefresh()) {
      return;
    }
    boolean begun = false;
    try {
      begun = queue.submit(() -> run(entry, loader, request.toReplace(entry)));
    } finally {
      if (!begun) {
        entry.endRefresh();
        space.counters.add(Event.REFRESH_DROPPED);
      }
    }
  }

  /** Runs a refresh. Whatever the key or the loader throws, the entry may be refreshed again afterwards. */
  private CompletableFuture<?> run(
      AgeingEntry<K, V> entry, Loader<? super K, ? extends V> loader, ReadRequest<K, V> request) {
    return Failures.attempt(() -> load(entry, loader, request))
        .whenComplete((found, failure) -> entry.endRefresh());
  }

  private CompletableFuture<@Nullable Found<V>> load(
      AgeingEntry<K, V> entry, Loader<? super K, ? extends V> loader, ReadRequest<K, V> request) {
    K key = entry.key();
    if (space.table.peek(key) != entry || !space.isOpen()) {
      return CompletableFuture.completedFuture(null);
    }
    boolean stale = entry.stage(space.runtime.time().nanos()) != Stage.FRESH;
    return (stale && space.copies == null
            ? searches.find(key) // another process may have stored it
            : CompletableFuture.completedFuture(Answers.<V>nothing()))
        .thenCompose(Failures.step(found -> Answers.isMiss(found)
            ? loads.load(key, loader, request).flight().outcome()
            : CompletableFuture.completedFuture(found)))
        .thenApply(Failures.step(found -> {
          if (space.table.peek(key) == entry) { // the result was not stored
            entry.backOff(
                space.runtime.time().nanos(), request.freshness().retryAfter().toNanos());
          }
          return found;
        }));
  }
}
