package io.intelligentcache.cli.chaos.judge;

import io.intelligentcache.cli.chaos.traffic.Keys;
import org.jspecify.annotations.Nullable;

/**
 * A stored value. It names the key and the write it comes from. Its padding makes some values long
 * enough to be compressed below memory.
 *
 * @param key the key it belongs to
 * @param number the write
 */
public record Value(String key, long number) {
  private static final char MARK = '#';
  private static final int LONGEST_PADDING = 1_500;

  public String text() {
    String head = key + MARK + number + MARK;
    return head + "x".repeat(padding(key, number));
  }

  /** The length of the padding. There are many contest keys, so their values are short. */
  private static int padding(String key, long number) {
    return key.startsWith(Keys.CONTESTED) ? 0 : (int) (number * 37 % LONGEST_PADDING);
  }

  /** Parses a value. Returns null if the text is not a value, or is damaged. */
  static @Nullable Value parse(String text) {
    int mark = text.indexOf(MARK);
    int end = text.indexOf(MARK, mark + 1);
    if (mark < 0 || end < 0) {
      return null;
    }
    try {
      long number = Long.parseLong(text, mark + 1, end, 10);
      String key = text.substring(0, mark);
      boolean whole = number >= 0 && text.length() == end + 1 + padding(key, number);
      return whole ? new Value(key, number) : null;
    } catch (NumberFormatException damaged) {
      return null;
    }
  }
}
