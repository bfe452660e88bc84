package io.intelligentcache;

/**
 * Receives the events of a cache's entries in memory.
 *
 * <p>Events of one key arrive in the order in which they happened, one at a time. They arrive on threads of the
 * manager that have no other work, so a listener may block. The cache never waits for it: when 10,000 events of
 * a cache, or of a tenant, are queued, further events are dropped. {@link
 * io.intelligentcache.stats.CacheStats#listeners} counts dropped events, and the exceptions that a listener
 * throws.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public interface CacheListener<K, V> {
  /** Why a value left memory. */
  enum Cause {
    /** It was evicted for room. If there is a disk tier, the value may still be found there. */
    EVICTED,
    /** Its TTL, its time as a stale value or its time to idle was over. */
    EXPIRED,
    /** It was invalidated, by key or by pattern, or the cache was cleared. */
    INVALIDATED,
    /** Another value was put or loaded, or its loader returned that the key has no value. */
    REPLACED
  }

  /**
   * A value left memory. Not called for the values in memory when the manager is closed.
   *
   * @param key its key
   * @param value the value
   * @param cause why
   */
  default void removed(K key, V value, Cause cause) {}

  /**
   * A load failed or was given up, whether a caller waited for it or it was a refresh.
   *
   * @param key the key that was to be loaded
   * @param failure a {@link LoadException}, or an error that the loader threw
   */
  default void loadFailed(K key, Throwable failure) {}

  /**
   * A value was refreshed in the background, and stored.
   *
   * @param key its key
   * @param value the value that is in memory since then
   */
  default void refreshed(K key, V value) {}
}
