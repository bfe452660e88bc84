package io.intelligentcache;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.invalidation.KeyPattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The asynchronous face of a key space: all of the operations, each once. */
final class AsyncView<K, V> implements AsyncTieredCache<K, V> {
  /** Loads that one {@code getAll} has under way at a time. */
  private static final int LANES = 16;

  final Keyspace<K, V> space;
  private final ReadPath<K, V> reads;
  private final WritePath<K, V> writes;
  private final Sweep<K, V> sweep;

  AsyncView(Keyspace<K, V> space) {
    this.space = space;
    this.reads = new ReadPath<>(space);
    this.writes = new WritePath<>(space, reads);
    this.sweep = new Sweep<>(space, reads);
  }

  @Override
  public CompletableFuture<@Nullable V> get(K key) {
    V hit = hit(key);
    return hit != null
        ? CompletableFuture.completedFuture(hit)
        : offCaller(() -> search(key, false)).thenApply(Found::value);
  }

  @Override
  public CompletableFuture<@Nullable V> get(K key, Loader<? super K, ? extends V> loader) {
    requireNonNull(loader, "loader");
    V hit = hit(key);
    if (hit != null) {
      return CompletableFuture.completedFuture(hit);
    }
    Loads.refuseCircle(space, key);
    return offCaller(() -> search(key, true))
        .thenCompose(found -> loadIfAbsent(key, found, loader))
        .thenApply(Found::value);
  }

  /** The value in memory, or null. */
  @Nullable
  V hit(K key) {
    return space.hit(requireNonNull(key, "key"));
  }

  /** Searches the tiers below memory, and counts. Disk is read right here. */
  CompletableFuture<Found<V>> search(K key, boolean hasLoader) {
    return reads.find(key).whenComplete((found, never) -> reads.count(found, hasLoader));
  }

  /** Loads what a search did not find. */
  CompletableFuture<Found<V>> loadIfAbsent(
      K key, Found<V> found, Loader<? super K, ? extends V> loader) {
    return found.isAbsent()
        ? reads.load(key, loader, true)
        : CompletableFuture.completedFuture(found);
  }

  @Override
  public CompletableFuture<Map<K, V>> getAll(Collection<? extends K> keys) {
    return readAll(Checks.distinct(keys), null);
  }

  @Override
  public CompletableFuture<Map<K, V>> getAll(
      Collection<? extends K> keys, Loader<? super K, ? extends V> loader) {
    requireNonNull(loader, "loader");
    return readAll(Checks.distinct(keys), loader);
  }

  private CompletableFuture<Map<K, V>> readAll(
      Collection<K> keys, @Nullable Loader<? super K, ? extends V> loader) {
    Map<K, V> found = new ConcurrentHashMap<>();
    List<K> missing = hits(keys, found);
    if (missing.isEmpty()) {
      return CompletableFuture.completedFuture(inOrder(keys, found));
    }
    if (loader == null) {
      return offCaller(() -> searchAll(missing, found, false))
          .thenApply(absent -> inOrder(keys, found));
    }
    missing.forEach(key -> Loads.refuseCircle(space, key));
    return offCaller(() -> searchAll(missing, found, true))
        .thenCompose(absent -> loadAll(absent, found, loader))
        .thenApply(loaded -> inOrder(keys, found));
  }

  private List<K> hits(Collection<K> keys, Map<K, V> found) {
    List<K> missing = new ArrayList<>();
    for (K key : keys) {
      V hit = hit(key);
      if (hit == null) {
        missing.add(key);
      } else {
        found.put(key, hit);
      }
    }
    return missing;
  }

  /** Adds what the tiers below have; returns what they have not. */
  private CompletableFuture<Collection<K>> searchAll(
      List<K> keys, Map<K, V> found, boolean hasLoader) {
    Collection<K> absent = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<?>> searches = new ArrayList<>();
    reads
        .findAll(keys)
        .forEach((key, search) -> searches.add(search.thenAccept(result -> {
          reads.count(result, hasLoader);
          V value = result.value();
          if (value == null) {
            absent.add(key);
          } else {
            found.put(key, value);
          }
        })));
    return CompletableFuture.allOf(searches.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> absent);
  }

  private CompletableFuture<?> loadAll(
      Collection<K> keys, Map<K, V> found, Loader<? super K, ? extends V> loader) {
    List<CompletableFuture<?>> loads = new ArrayList<>();
    return Throttle.each(keys, LANES, key -> {
          CompletableFuture<?> load = reads.load(key, loader, true).thenAccept(loaded -> {
            V value = loaded.value();
            if (value != null) {
              found.put(key, value);
            }
          });
          synchronized (loads) {
            loads.add(load);
          }
          return load;
        })
        .thenCompose(all -> {
          synchronized (loads) { // all are done; this one fails if one of them did
            return CompletableFuture.allOf(loads.toArray(CompletableFuture<?>[]::new));
          }
        });
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

  @Override
  public CompletableFuture<@Nullable Void> put(K key, V value) {
    return put(key, value, EntryOptions.defaults());
  }

  @Override
  public CompletableFuture<@Nullable Void> put(K key, V value, EntryOptions options) {
    return handOver(write(key, value, options));
  }

  /** As {@link #put}, for a caller who only waits. */
  CompletableFuture<?> write(K key, V value, EntryOptions options) {
    requireNonNull(key, "key");
    requireNonNull(value, "value");
    requireNonNull(options, "options");
    return writes.put(key, value, options);
  }

  @Override
  public CompletableFuture<@Nullable Void> putAll(Map<? extends K, ? extends V> values) {
    return handOver(writes.put(Checks.entries(values), EntryOptions.defaults()));
  }

  @Override
  public CompletableFuture<@Nullable Void> invalidate(K key) {
    return handOver(forget(key));
  }

  /** As {@link #invalidate}, for a caller who only waits. */
  CompletableFuture<?> forget(K key) {
    return writes.invalidate(List.of(requireNonNull(key, "key")));
  }

  @Override
  public CompletableFuture<@Nullable Void> invalidateAll(Collection<? extends K> keys) {
    return handOver(writes.invalidate(Checks.distinct(keys)));
  }

  @Override
  public CompletableFuture<Long> invalidateMatching(String regex) {
    KeyPattern pattern = KeyPattern.compile(regex);
    return offCaller(() -> sweep.invalidate(pattern::matches))
        .thenApplyAsync(count -> count, space.machinery.steps());
  }

  @Override
  public CompletableFuture<@Nullable Void> clear() {
    return handOver(offCaller(sweep::clear));
  }

  @Override
  public CompletableFuture<WarmReport> warm(
      Collection<? extends K> keys,
      Loader<? super K, ? extends V> loader,
      Consumer<WarmReport> progress) {
    requireNonNull(loader, "loader");
    requireNonNull(progress, "progress");
    Collection<K> distinct = Checks.distinct(keys);
    return offCaller(() -> new Warmup<>(space, reads, loader, progress).run(distinct));
  }

  /** Brings the outcome from a tier's thread to one of ours: whose callbacks follow, nobody knows. */
  private CompletableFuture<@Nullable Void> handOver(CompletableFuture<?> future) {
    return future.isDone()
        ? future.thenApply(result -> null)
        : future.thenApplyAsync(result -> null, space.machinery.steps());
  }

  /** Starts what may read a file on a thread of ours. */
  private <T> CompletableFuture<T> offCaller(Supplier<CompletableFuture<T>> start) {
    space.machinery.lifecycle().requireOpen();
    if (Loads.onLoaderThread()) {
      return start.get(); // a thread of ours already, and the one that its nested loads must run in
    }
    return CompletableFuture.completedFuture(start)
        .thenComposeAsync(Supplier::get, space.machinery.steps());
  }
}
