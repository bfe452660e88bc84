package io.intelligentcache.internal.load;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.Loaded;
import io.intelligentcache.Loader;
import io.intelligentcache.internal.base.Stages;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Calls loaders, and checks what they return. */
final class LoaderCalls {
  private LoaderCalls() {}

  /** Loads one key. Returns the loader's own future, or a future whose cancellation cancels the loader's own. */
  static <K, V> CompletionStage<Loaded<V>> fetch(Loader<? super K, ? extends V> loader, K key)
      throws Exception {
    return widened(loader.fetch(key));
  }

  @SuppressWarnings("unchecked") // of a stage that is done, whose value was checked
  private static <V> CompletionStage<Loaded<V>> widened(
      @Nullable CompletionStage<? extends Loaded<? extends V>> fetched) {
    if (fetched instanceof CompletableFuture<? extends Loaded<? extends V>> done
        && done.isDone()
        && !done.isCompletedExceptionally()) {
      Loaded<V> unused = widened(done.join());
      return (CompletionStage<Loaded<V>>) fetched;
    }
    return Stages.mapped(fetched, LoaderCalls::<V>widened);
  }

  /** A safe cast: a {@code Loaded} is read-only. */
  @SuppressWarnings("unchecked")
  private static <V> Loaded<V> widened(@Nullable Loaded<? extends V> loaded) {
    return (Loaded<V>) requireNonNull(loaded, "a loader returned null in place of Loaded.absent()");
  }

  /** Loads many keys by a bulk loader. A key that the loader leaves out is left out. */
  static <K, V> Map<K, Loaded<V>> fetchAll(Loader<? super K, ? extends V> loader, Set<K> keys)
      throws Exception {
    return wanted(loader, keys);
  }

  private static <L, K extends L, V> Map<K, Loaded<V>> wanted(
      Loader<L, ? extends V> loader, Set<K> keys) throws Exception {
    var loaded = loader.fetchAll(Collections.unmodifiableSet(keys));
    requireNonNull(loaded, "a bulk loader returned null in place of a map");
    Map<K, Loaded<V>> wanted = new HashMap<>();
    for (K key : keys) {
      var one = loaded.get(key);
      if (one != null) {
        wanted.put(key, widened(one));
      }
    }
    return wanted;
  }
}
