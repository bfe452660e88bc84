package io.intelligentcache.cli.chaos.traffic;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The keys of a cache. Some exist in the cache only, some are rows of the database, and some are for
 * {@link Contests} and {@link Races}.
 *
 * <p>The first two kinds are written in turns: at any time all instances write only one group of them,
 * and only read the others. A lost write is visible only if its key is read after the bound and before
 * the next write. A key that is written all the time would hide lost writes.
 *
 * @param plain keys that exist in the cache only
 * @param rows keys that are in the database, too
 * @param contested keys that all instances write at the same moment, then leave alone
 * @param raced rows that one instance changes while another one loads them, then left alone
 */
public record Keys(
    List<String> plain, List<String> rows, List<String> contested, List<String> raced) {
  /** The prefix of the names of keys for contests. */
  public static final String CONTESTED = "contest-";

  private static final int CONTESTS = 256;
  private static final int RACES = 192;
  private static final int MOST_GROUPS = 8;
  private static final int ROW_SHARE = 3;

  public static Keys of(int plain, int rows) {
    return new Keys(
        named("plain-", plain),
        named("row-", rows),
        named(CONTESTED, CONTESTS),
        named(CONTESTED + "row-", RACES));
  }

  private static List<String> named(String prefix, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(prefix + i);
    }
    return List.copyOf(names);
  }

  /** How many turns there are in one cycle. */
  int groups() {
    int fewest = plain.isEmpty() || rows.isEmpty()
        ? Math.max(plain.size(), rows.size())
        : Math.min(plain.size(), rows.size());
    return Math.min(MOST_GROUPS, fewest);
  }

  /** Draws a key to write from the group of this turn. A third of these keys are rows. */
  String toWrite(SplittableRandom random, long turn) {
    List<String> from = family(random);
    int group = Math.floorMod(turn, groups());
    int members = (from.size() - group + groups() - 1) / groups();
    return from.get(group + groups() * random.nextInt(members));
  }

  /**
   * Draws a key to read. Half of these keys are from the groups of this turn and the
   * previous one, the others are any.
   */
  String toRead(SplittableRandom random, long turn) {
    if (random.nextBoolean()) {
      return toWrite(random, turn - random.nextInt(2));
    }
    List<String> from = family(random);
    return from.get(random.nextInt(from.size()));
  }

  private List<String> family(SplittableRandom random) {
    boolean row = plain.isEmpty() || (!rows.isEmpty() && random.nextInt(ROW_SHARE) == 0);
    return row ? rows : plain;
  }

  /** The keys that are in the database. */
  public List<String> inDatabase() {
    List<String> all = new ArrayList<>(rows);
    all.addAll(raced);
    return all;
  }

  public List<String> all() {
    List<String> all = new ArrayList<>(plain);
    all.addAll(contested);
    all.addAll(inDatabase());
    return all;
  }
}
