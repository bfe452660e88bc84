package io.intelligentcache;

import org.jspecify.annotations.Nullable;

/**
 * Fetches what no tier has, usually from a database.
 *
 * <p>Runs on the manager's loader threads, not on the caller's, so that the caller can be given up
 * on its behalf at the load timeout. It may use caches itself, for other keys.
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
   * @return the value, or null if there is none; an absence is not cached
   * @throws Exception if it can't; callers get a {@link LoadException} with this as its cause, and
   *     nothing is cached
   */
  @Nullable
  V load(K key) throws Exception;
}
