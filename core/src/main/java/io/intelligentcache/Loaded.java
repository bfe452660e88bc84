package io.intelligentcache;

import io.intelligentcache.internal.setting.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of a loader: a value or that there is none, and how long to keep that. Immutable.
 *
 * @param <V> type of the value
 */
public final class Loaded<V> {
  private static final Loaded<?> ABSENT = new Loaded<>(null, null);

  private final @Nullable V value;
  private final @Nullable Duration ttl;

  private Loaded(@Nullable V value, @Nullable Duration ttl) {
    this.value = value;
    this.ttl = ttl;
  }

  /**
   * A value, kept as long as the call or the cache says.
   *
   * @param <V> its type
   * @param value the value, or null for {@link #absent}
   * @return what was loaded
   */
  public static <V> Loaded<V> of(@Nullable V value) {
    return value == null ? absent() : new Loaded<>(value, null);
  }

  /**
   * The result that the key has no value. It is cached for the cache's {@link Freshness#absenceTtl}, if it has
   * one or {@link #ttl} gives one.
   *
   * @param <V> type of the value that is absent
   * @return what was loaded
   */
  @SuppressWarnings("unchecked") // it holds no V
  public static <V> Loaded<V> absent() {
    return (Loaded<V>) ABSENT;
  }

  /**
   * Values without a time to live of their own.
   *
   * @param <K> type of the keys
   * @param <V> type of the values
   * @param values the values; null for a key without a value
   * @return the same values, each in a {@code Loaded}
   */
  public static <K, V> Map<K, Loaded<V>> all(Map<? extends K, ? extends @Nullable V> values) {
    Map<K, Loaded<V>> all = new HashMap<>();
    values.forEach((key, value) -> all.put(key, of(value)));
    return all;
  }

  /**
   * The same with its own time to live, which has precedence over the call's and the cache's.
   *
   * @param time how long; positive
   * @return what was loaded
   * @throws IllegalArgumentException if it is zero or negative
   */
  public Loaded<V> ttl(Duration time) {
    return new Loaded<>(value, Settings.LOADED_TTL.check(time));
  }

  /** {@return the value, or null if there is none} */
  public @Nullable V value() {
    return value;
  }

  /** {@return its own time to live, or null for the call's or the cache's} */
  public @Nullable Duration ttl() {
    return ttl;
  }

  @Override
  public String toString() {
    return "Loaded[" + (value == null ? "absent" : value) + (ttl == null ? "" : ", ttl=" + ttl)
        + "]";
  }
}
