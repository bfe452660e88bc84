package io.intelligentcache;

/**
 * Tells how much memory an entry takes, for those who know better than the built-in estimate.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
@FunctionalInterface
public interface Weigher<K, V> {
  /**
   * Weighs an entry. Called whenever a value enters memory: by a put, a load, or from a lower tier; on
   * the caller's thread or one of the manager's.
   *
   * @param key the key
   * @param value the value
   * @return bytes of heap that key and value take, 0 or more; the cache's own overhead comes on top
   */
  long weigh(K key, V value);
}
