package io.intelligentcache.bench.memory;

/** The keys and values of the caches. Their weight is the number of their characters, one byte each. */
public final class Entries {
  static final int KEY_CHARACTERS = 17;
  static final int SHORTEST_VALUE = 64;
  static final int LONGEST_VALUE = 100;
  static final int MEAN_WEIGHT = KEY_CHARACTERS + (SHORTEST_VALUE + LONGEST_VALUE) / 2;

  private static final String PREFIX = "user:";

  private Entries() {}

  public static int weight(String key, String value) {
    return key.length() + value.length();
  }

  /** Unique keys, in the order of their numbers. */
  public static String[] keys(int count) {
    var keys = new String[count];
    for (int i = 0; i < count; i++) {
      String number = Integer.toString(i);
      keys[i] = PREFIX + "0".repeat(KEY_CHARACTERS - PREFIX.length() - number.length()) + number;
    }
    return keys;
  }

  /** Values of all lengths in turn, each a separate object. */
  static String[] values(int count) {
    var values = new String[count];
    for (int i = 0; i < count; i++) {
      values[i] = "v".repeat(SHORTEST_VALUE + i % (LONGEST_VALUE - SHORTEST_VALUE + 1));
    }
    return values;
  }
}
