package io.intelligentcache.internal.base;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/** Copies arguments that are collections, so that no caller can change them meanwhile, and refuses nulls. */
public final class Checks {
  private Checks() {}

  public static <K> Collection<K> distinct(Collection<? extends K> keys) {
    requireNonNull(keys, "keys");
    Collection<K> copy = new LinkedHashSet<>(keys.size());
    for (K key : keys) {
      copy.add(requireNonNull(key, "key"));
    }
    return copy;
  }

  public static <K, V> Map<K, V> entries(Map<? extends K, ? extends V> values) {
    requireNonNull(values, "values");
    Map<K, V> copy = new LinkedHashMap<>();
    values.forEach(
        (key, value) -> copy.put(requireNonNull(key, "key"), requireNonNull(value, "value")));
    return copy;
  }
}
