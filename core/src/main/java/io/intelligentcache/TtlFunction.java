package io.intelligentcache;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Computes how long an entry lives from its key and value.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
@FunctionalInterface
public interface TtlFunction<K, V> {
  /**
   * The time to live of an entry whose put or loader set none. Runs in the thread that stores the entry; must
   * be quick. If it throws during a put, the put throws the same. If it throws for a loaded value, the value is
   * answered and not stored.
   *
   * @param key the key
   * @param value the value
   * @return positive; null for the cache's default
   */
  @Nullable
  Duration ttlOf(K key, V value);
}
