package io.intelligentcache;

/**
 * Computes how much memory an entry takes, for applications that know that better than the built-in estimate.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
@FunctionalInterface
public interface Weigher<K, V> {
  /**
   * Weighs an entry. Called whenever a value enters memory: by a put, by a load, or from a lower tier. Runs on
   * the caller's thread or on one of the manager's.
   *
   * @param key the key
   * @param value the value
   * @return bytes of heap that key and value take, 0 or more; the cache adds its own overhead
   */
  long weigh(K key, V value);
}
