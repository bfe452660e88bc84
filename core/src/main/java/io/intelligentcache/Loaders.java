package io.intelligentcache;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The kinds of loaders, and how each is run. */
final class Loaders {
  private Loaders() {}

  /** Says how long to keep what it brings. */
  record Detailed<K, V>(Loader<K, Loaded<V>> loader) implements Loader<K, V> {
    Detailed {
      requireNonNull(loader, "loader");
    }

    @Override
    public @Nullable V load(K key) throws Exception {
      return Loaded.<V>widened(loader.load(key)).value();
    }
  }

  /** Brings it later. */
  record Async<K, V>(Function<K, ? extends CompletionStage<Loaded<V>>> fetch)
      implements Loader<K, V> {
    Async {
      requireNonNull(fetch, "fetch");
    }

    @Override
    public @Nullable V load(K key) throws Exception {
      return fetch.apply(key).toCompletableFuture().get().value();
    }
  }

  /** Brings many. */
  record Bulk<K, V>(Loader<Set<K>, Map<K, Loaded<V>>> fetch) implements Loader<K, V> {
    Bulk {
      requireNonNull(fetch, "fetch");
    }

    @Override
    public @Nullable V load(K key) throws Exception {
      return all(Set.of(key)).getOrDefault(key, Loaded.absent()).value();
    }

    Map<K, Loaded<V>> all(Set<K> keys) throws Exception {
      return requireNonNull(fetch.load(keys), "a bulk loader returned null in place of a map");
    }
  }

  /** Runs a loader for one key. */
  static <K, V> CompletionStage<Loaded<V>> load(Loader<? super K, ? extends V> loader, K key)
      throws Exception {
    if (loader instanceof Async<? super K, ? extends V> async) {
      return later(async, key);
    }
    return CompletableFuture.completedFuture(now(loader, key));
  }

  private static <K, V> CompletionStage<Loaded<V>> later(Async<K, ? extends V> async, K key) {
    return mapped(async.fetch().apply(key), Loaded::<V>widened);
  }

  /** What a stage brings, as something else. Cancelling that cancels the stage. */
  static <A, B> CompletionStage<B> mapped(CompletionStage<A> stage, Function<A, B> as) {
    requireNonNull(stage, "an asynchronous loader returned null");
    var mapped = new CompletableFuture<B>();
    var unusedToo = stage.whenComplete((value, failure) -> {
      try {
        if (failure == null) {
          mapped.complete(as.apply(value));
        } else {
          mapped.completeExceptionally(Failures.safe(failure));
        }
      } catch (Throwable thrown) { // it brought a null, for example
        mapped.completeExceptionally(thrown);
      }
    });
    if (stage instanceof CompletableFuture<A> future) {
      var unused = mapped.whenComplete((value, failure) -> {
        if (mapped.isCancelled()) {
          future.cancel(true);
        }
      });
    }
    return mapped;
  }

  private static <K, V> Loaded<V> now(Loader<K, ? extends V> loader, K key) throws Exception {
    if (loader instanceof Detailed<K, ? extends V> detailed) {
      return Loaded.widened(detailed.loader().load(key));
    }
    if (loader instanceof Bulk<K, ? extends V> bulk) {
      var loaded = bulk.all(Set.of(key)).get(key);
      return loaded == null ? Loaded.absent() : Loaded.widened(loaded);
    }
    return Loaded.of(loader.load(key));
  }

  /** Runs a loader of many keys; those that it leaves out are left out. */
  static <K, V> Map<K, Loaded<V>> loadAll(Bulk<? super K, ? extends V> loader, Set<K> keys)
      throws Exception {
    return widened(loader, keys);
  }

  private static <L, K extends L, V> Map<K, Loaded<V>> widened(
      Bulk<L, ? extends V> loader, Set<K> keys) throws Exception {
    var loaded = loader.all(Collections.unmodifiableSet(keys));
    Map<K, Loaded<V>> wanted = new HashMap<>();
    for (K key : keys) {
      var one = loaded.get(key);
      if (one != null) {
        wanted.put(key, Loaded.widened(one));
      }
    }
    return wanted;
  }
}
