package io.intelligentcache;

/**
 * Is told what becomes of a cache's entries in memory.
 *
 * <p>Events of one key come in the order in which they happened, one at a time, on threads of the
 * manager that do nothing else: a listener may take its time. The cache never waits for it: when 10,000
 * events of a cache, or of a tenant, are waiting, further ones are dropped. What is dropped, and what a
 * listener throws, is counted in {@link io.intelligentcache.stats.CacheStats#listeners}.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public interface CacheListener<K, V> {
  /** Why a value left memory. */
  enum Cause {
    /** For room. With a disk tier it is found there. */
    EVICTED,
    /** Its time to live, to be kept stale, or to idle was over. */
    EXPIRED,
    /** It was invalidated, by key or by pattern, or the cache was cleared. */
    INVALIDATED,
    /** Another value was put or loaded, or its loader said that there is none any more. */
    REPLACED
  }

  /**
   * A value left memory. Not told when the manager is closed.
   *
   * @param key its key
   * @param value the value
   * @param cause why
   */
  default void removed(K key, V value, Cause cause) {}

  /**
   * A load failed or was given up, whether somebody waited for it or it was a refresh.
   *
   * @param key the key that was to be loaded
   * @param failure a {@link LoadException}, or an error that the loader threw
   */
  default void loadFailed(K key, Throwable failure) {}

  /**
   * A value was loaded anew in the background, and stored.
   *
   * @param key its key
   * @param value the value that is in memory since
   */
  default void refreshed(K key, V value) {}
}
