package io.intelligentcache;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The kinds of loaders that {@link Loader} makes. */
final class Loaders {
  private Loaders() {}

  /** A loader that sets how long its values are kept. */
  record Detailed<K, V>(Loader<K, Loaded<V>> loader) implements Loader<K, V> {
    Detailed {
      requireNonNull(loader, "loader");
    }

    @Override
    public @Nullable V load(K key) throws Exception {
      return loaded(key).value();
    }

    @Override
    public CompletionStage<Loaded<V>> fetch(K key) throws Exception {
      return CompletableFuture.completedFuture(loaded(key));
    }

    private Loaded<V> loaded(K key) throws Exception {
      return requireNonNull(loader.load(key), "a loader returned null in place of Loaded.absent()");
    }
  }

  /** An asynchronous loader. */
  record Async<K, V>(Function<K, ? extends CompletionStage<Loaded<V>>> start)
      implements Loader<K, V> {
    Async {
      requireNonNull(start, "fetch");
    }

    @Override
    public @Nullable V load(K key) throws Exception {
      return start.apply(key).toCompletableFuture().get().value();
    }

    @Override
    public CompletionStage<Loaded<V>> fetch(K key) {
      return start.apply(key);
    }
  }

  /** A loader of many keys in one go. */
  record Bulk<K, V>(Loader<Set<K>, Map<K, Loaded<V>>> loader) implements Loader<K, V> {
    Bulk {
      requireNonNull(loader, "fetch");
    }

    @Override
    public @Nullable V load(K key) throws Exception {
      return loaded(key).value();
    }

    @Override
    public CompletionStage<Loaded<V>> fetch(K key) throws Exception {
      return CompletableFuture.completedFuture(loaded(key));
    }

    private Loaded<V> loaded(K key) throws Exception {
      Loaded<V> loaded = fetchAll(Set.of(key)).get(key);
      return loaded == null ? Loaded.absent() : loaded;
    }

    @Override
    public boolean isBulk() {
      return true;
    }

    @Override
    public Map<K, Loaded<V>> fetchAll(Set<K> keys) throws Exception {
      return requireNonNull(loader.load(keys), "a bulk loader returned null in place of a map");
    }
  }
}
