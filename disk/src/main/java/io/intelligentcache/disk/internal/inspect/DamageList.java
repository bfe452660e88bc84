package io.intelligentcache.disk.internal.inspect;

import io.intelligentcache.disk.DiskInspection;
import io.intelligentcache.disk.DiskInspection.Damage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The damage that was found: the first damaged places, and how many there are. */
final class DamageList {
  private final List<Damage> first = new ArrayList<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private long count;

  void add(Damage damage) {
    count++;
    counts.merge(damage.file(), 1, Integer::sum);
    if (first.size() < DiskInspection.MOST_DAMAGE) {
      first.add(damage);
    }
  }

  long count() {
    return count;
  }

  int count(String file) {
    return counts.getOrDefault(file, 0);
  }

  List<Damage> first() {
    return List.copyOf(first);
  }
}
