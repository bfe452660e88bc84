package io.intelligentcache;

import org.jspecify.annotations.Nullable;

/**
 * What a search brought.
 *
 * @param value the value, or null if there is none
 * @param origin who had it
 */
record Found<V>(@Nullable V value, Origin origin) {
  enum Origin {
    MEMORY,
    DISK,
    REDIS,
    LOADER,
    NOBODY
  }

  static <V> Found<V> nothing() {
    return new Found<>(null, Origin.NOBODY);
  }

  boolean isAbsent() {
    return origin == Origin.NOBODY;
  }
}
