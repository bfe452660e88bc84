package io.intelligentcache.cli.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The keys of a run: some the cache alone knows, the others are rows of the database.
 *
 * @param plain known to the cache alone
 * @param rows in the database, too
 */
record Keys(List<String> plain, List<String> rows) {
  private static final int ROW_SHARE = 3;
  private static final int BUSY = 4;

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

  /** Draws a key: a third of the time a row, and half of the time one of a few that are busy. */
  String any(SplittableRandom random) {
    boolean row = plain.isEmpty() || (!rows.isEmpty() && random.nextInt(ROW_SHARE) == 0);
    List<String> from = row ? rows : plain;
    boolean busy = random.nextBoolean();
    return from.get(random.nextInt(busy ? Math.min(BUSY, from.size()) : from.size()));
  }

  List<String> all() {
    List<String> all = new ArrayList<>(plain);
    all.addAll(rows);
    return all;
  }
}
