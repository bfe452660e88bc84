package io.intelligentcache.cli.chaos;

import java.util.ArrayList;
import java.util.List;

/**
 * The keys of a run: some the cache alone knows, the others are rows of the database.
 *
 * @param plain known to the cache alone
 * @param rows in the database, too
 */
record Keys(List<String> plain, List<String> rows) {
  static Keys of(int plain, int rows) {
    return new Keys(named("plain-", plain), named("row-", rows));
  }

  private static List<String> named(String prefix, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(prefix + i);
    }
    return List.copyOf(names);
  }

  List<String> all() {
    List<String> all = new ArrayList<>(plain);
    all.addAll(rows);
    return all;
  }
}
