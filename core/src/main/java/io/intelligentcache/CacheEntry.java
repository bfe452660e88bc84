package io.intelligentcache;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One entry, as {@link TieredCache#entries()} found it. It does not change when the cache does.
 *
 * <p>The library implements this interface; it may get more methods.
 *
 * @param <K> type of the key
 * @param <V> type of the value
 */
public interface CacheEntry<K, V> {
  /** {@return the key} */
  K key();

  /** {@return the value; it is shared with the cache, not copied} */
  V value();

  /**
   * {@return how long the entry stayed fresh from the instant at which the stream reached it, positive; null if it
   * does not expire}
   */
  @Nullable
  Duration timeLeft();
}
