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
   * Weighs an entry. Called once per put, on the caller's thread.
   *
   * @param key the key
   * @param value the value
   * @return bytes of heap that key and value take, 0 or more; the cache's own overhead comes on top
   */
  long weigh(K key, V value);
}
