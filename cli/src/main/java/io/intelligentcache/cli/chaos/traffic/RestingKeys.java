package io.intelligentcache.cli.chaos.traffic;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Hands out keys in turn. A key is handed out again only after it has rested. Thread-safe. */
final class RestingKeys {
  private final Map<String, Integer> next = new HashMap<>(); // guarded by this
  private final Map<String, Long> restedAt = new HashMap<>(); // guarded by this

  /**
   * Returns the next key of a list, or null while that key rests.
   *
   * @param keys of one cache, at least one
   */
  synchronized @Nullable String next(Lane lane, List<String> keys) {
    String cache = lane.policy().label() + " ";
    String place = cache + keys.get(0);
    int index = next.getOrDefault(place, 0);
    String key = keys.get(index % keys.size());
    long now = lane.ledger().now();
    if (restedAt.getOrDefault(cache + key, 0L) > now) {
      return null;
    }
    restedAt.put(cache + key, now + lane.restNanos());
    next.put(place, index + 1);
    return key;
  }
}
