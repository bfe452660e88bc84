package io.intelligentcache;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells how long an entry lives from what is in it.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
@FunctionalInterface
public interface TtlFunction<K, V> {
  /**
   * The time to live of an entry whose put or loader gave none. Runs in the thread that stores it;
   * must be quick. What it throws, a put throws; a loaded value is then answered and not stored.
   *
   * @param key the key
   * @param value the value
   * @return positive; null for the cache's default
   */
  @Nullable
  Duration ttlOf(K key, V value);
}
