package io.intelligentcache.config;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Finds the names that the user probably meant. */
final class Nearest {
  private Nearest() {}

  /** The names with the fewest letters to change; none if that is more than a third of the name. */
  static List<String> to(String name, Collection<String> names) {
    int least = Math.max(2, name.length() / 3);
    for (String each : names) {
      least = Math.min(least, distance(name, each));
    }
    int fewest = least;
    return names.stream().filter(each -> distance(name, each) <= fewest).toList();
  }

  /** Number of letters to insert, delete or replace (Levenshtein), ignoring case. */
  private static int distance(String name, String other) {
    String a = name.toLowerCase(Locale.ROOT);
    String b = other.toLowerCase(Locale.ROOT);
    if (a.length() > 2 * b.length()) {
      return a.length();
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
