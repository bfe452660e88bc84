package io.intelligentcache;

import io.intelligentcache.internal.base.Stages;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Fetches values that no tier has, usually from a database.
 *
 * <p>Runs on the manager's loader threads, not on the caller's, so that the caller can stop waiting at the load
 * timeout. A loader may use caches itself, for other keys.
 *
 * <p>A lambda is a loader that returns values. The static methods here make other loaders: loaders that also
 * set a time to live, asynchronous loaders, and loaders of many keys at once.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
@FunctionalInterface
public interface Loader<K, V> {
  /**
   * Fetches a value.
   *
   * @param key whose value
   * @return the value, or null if there is none; an absence is cached only where {@link
   *     Freshness#absenceTtl} is set
   * @throws Exception if it can't; callers get a {@link LoadException} with this as its cause, and nothing
   *     is cached
   */
  @Nullable
  V load(K key) throws Exception;

  /**
   * Starts to fetch a value. The cache calls this method for a single key; unless overridden, it calls {@link #load}.
   *
   * @param key whose value
   * @return completes with the value and how long to keep it; cancelled when the load is given up
   * @throws Exception as {@link #load}
   */
  default CompletionStage<Loaded<V>> fetch(K key) throws Exception {
    return CompletableFuture.completedFuture(Loaded.of(load(key)));
  }

  /**
   * {@return whether {@link #fetchAll} fetches many keys in one go} If not, {@code getAll} loads each missing
   * key separately.
   */
  default boolean isBulk() {
    return false;
  }

  /**
   * Fetches the values of many keys. The cache calls it only if this loader {@linkplain #isBulk is bulk}.
   *
   * @param keys the keys, at least one; can't be modified
   * @return the values and how long to keep them; a key that is not in the map has no value
   * @throws Exception as {@link #load}
   */
  default Map<K, Loaded<V>> fetchAll(Set<K> keys) throws Exception {
    Map<K, Loaded<V>> fetched = new HashMap<>();
    for (K key : keys) {
      fetched.put(key, Loaded.of(load(key)));
    }
    return fetched;
  }

  /**
   * A loader that sets how long its values are kept.
   *
   * @param <K> type of the keys
   * @param <V> type of the values
   * @param loader returns a value with its TTL, or that there is none; must not return null
   * @return the loader
   */
  static <K, V> Loader<K, V> detailed(Loader<K, Loaded<V>> loader) {
    return new Loaders.Detailed<>(loader);
  }

  /**
   * An asynchronous loader. The function itself runs on a loader thread and should return soon; the stage that
   * it returns is cancelled when the load is given up.
   *
   * @param <K> type of the keys
   * @param <V> type of the values
   * @param fetch starts to fetch a value; the value may be null
   * @return the loader
   */
  static <K, V> Loader<K, V> async(
      Function<K, ? extends CompletionStage<? extends @Nullable V>> fetch) {
    return new Loaders.Async<>(
        key -> Stages.mapped(fetch.apply(key), value -> Loaded.<V>of(value)));
  }

  /**
   * An asynchronous loader that sets how long its values are kept.
   *
   * @param <K> type of the keys
   * @param <V> type of the values
   * @param fetch starts to fetch a value; as in {@link #async}
   * @return the loader
   */
  static <K, V> Loader<K, V> asyncDetailed(
      Function<K, ? extends CompletionStage<Loaded<V>>> fetch) {
    return new Loaders.Async<>(fetch);
  }

  /**
   * A loader of many keys at once. {@code getAll} calls it once for all missing keys.
   *
   * @param <K> type of the keys
   * @param <V> type of the values
   * @param fetch returns the values of some keys; a key that is not in its map has no value
   * @return the loader
   */
  static <K, V> Loader<K, V> bulk(Loader<Set<K>, Map<K, V>> fetch) {
    return new Loaders.Bulk<>(keys -> {
      Map<K, V> values = fetch.load(keys);
      return values == null ? null : Loaded.all(values);
    });
  }

  /**
   * A loader of many keys at once that sets how long its values are kept.
   *
   * @param <K> type of the keys
   * @param <V> type of the values
   * @param fetch as in {@link #bulk}
   * @return the loader
   */
  static <K, V> Loader<K, V> bulkDetailed(Loader<Set<K>, Map<K, Loaded<V>>> fetch) {
    return new Loaders.Bulk<>(fetch);
  }
}
