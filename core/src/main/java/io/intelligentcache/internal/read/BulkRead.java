package io.intelligentcache.internal.read;

import io.intelligentcache.Found;
import io.intelligentcache.Loader;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.concurrent.Throttle;
import io.intelligentcache.internal.load.LoadRunner;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.runtime.ReadRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Reads many keys. Each tier is asked once, for the keys that the tiers above it do not have. */
public final class BulkRead<K, V> {
  /** Loads that one bulk read runs at a time, unless its loader is a bulk loader. */
  private static final int LANES = 16;

  private final Keyspace<K, V> space;
  private final ReadPath<K, V> reads;
  private final TierSearch<K, V> searches;

  public BulkRead(Keyspace<K, V> space, ReadPath<K, V> reads, TierSearch<K, V> searches) {
    this.space = space;
    this.searches = searches;
    this.reads = reads;
  }

  /** Reads distinct keys. Returns those that have a value, in the order of the keys. */
  public CompletableFuture<Map<K, V>> read(Collection<K> keys, ReadRequest<K, V> request) {
    space.requireOpen();
    Map<K, V> found = new ConcurrentHashMap<>();
    List<K> missing = inMemory(keys, found, request);
    if (missing.isEmpty()) {
      return CompletableFuture.completedFuture(inOrder(keys, found));
    }
    var loader = request.loader();
    if (loader != null) {
      missing.forEach(key -> LoadRunner.refuseCircle(space.loadScope, key));
    }
    return space
        .read(() -> search(missing, found, request))
        .thenCompose(Failures.step(absent -> loader == null
            ? CompletableFuture.completedFuture(null)
            : load(absent, found, loader, request)))
        .thenApply(Failures.step(done -> inOrder(keys, found)));
  }

  private List<K> inMemory(Collection<K> keys, Map<K, V> found, ReadRequest<K, V> request) {
    List<K> missing = new ArrayList<>();
    for (K key : keys) {
      V hit = space.hit(key);
      Found<V> other = hit == null ? reads.inMemory(key, request) : null;
      if (hit != null) {
        found.put(key, hit);
      } else if (other == null) {
        missing.add(key);
      } else {
        keep(key, other, found);
      }
    }
    return missing;
  }

  private static <K, V> void keep(K key, Found<V> one, Map<K, V> found) {
    V value = one.value();
    if (value != null) {
      found.put(key, value);
    }
  }

  /** Adds the values that the lower tiers have. Returns the keys that they do not have. */
  private CompletableFuture<Collection<K>> search(
      List<K> keys, Map<K, V> found, ReadRequest<K, V> request) {
    Collection<K> absent = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<?>> running = new ArrayList<>();
    searches
        .findAll(keys)
        .forEach((key, search) -> running.add(search.thenApply(Failures.step(result -> {
          space.count(result, request.loader() != null);
          if (Answers.isMiss(result)) {
            absent.add(key);
          } else {
            keep(key, result, found);
          }
          return result;
        }))));
    return all(running).thenApply(done -> absent);
  }

  private CompletableFuture<?> load(
      Collection<K> keys,
      Map<K, V> found,
      Loader<? super K, ? extends V> loader,
      ReadRequest<K, V> request) {
    Collection<CompletableFuture<?>> loads = new ConcurrentLinkedQueue<>();
    if (loader.isBulk()) {
      reads
          .loadAll(keys, loader, request)
          .forEach((key, load) -> loads.add(kept(key, load, found)));
      return all(loads);
    }
    // In the caller's thread one after the other: a loader that waited for a load behind it would
    // wait for ever.
    int lanes = request.where() == null ? LANES : 1;
    return Throttle.each(keys, lanes, key -> {
          CompletableFuture<?> load =
              Failures.attempt(() -> kept(key, reads.load(key, request), found));
          loads.add(load);
          return load.handle((done, failure) -> done).thenCompose(this::offLoader);
        })
        .thenCompose(done -> all(loads)); // all are done; this fails if one of them failed
  }

  /** Leaves the thread of a loader: the next load must not run as part of that loader. */
  private CompletableFuture<?> offLoader(@Nullable Object done) {
    return LoadRunner.onLoaderThread()
        ? CompletableFuture.runAsync(() -> {}, space.steps)
        : CompletableFuture.completedFuture(done);
  }

  private static <K, V> CompletableFuture<Found<V>> kept(
      K key, CompletableFuture<Found<V>> load, Map<K, V> found) {
    return load.thenApply(Failures.step(one -> {
      keep(key, one, found);
      return one;
    }));
  }

  static CompletableFuture<@Nullable Void> all(Collection<CompletableFuture<?>> some) {
    return CompletableFuture.allOf(some.toArray(CompletableFuture<?>[]::new));
  }

  private static <K, V> Map<K, V> inOrder(Collection<K> keys, Map<K, V> found) {
    Map<K, V> ordered = new LinkedHashMap<>();
    for (K key : keys) {
      V value = found.get(key);
      if (value != null) {
        ordered.put(key, value);
      }
    }
    return ordered;
  }
}
