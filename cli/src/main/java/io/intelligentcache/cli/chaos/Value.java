package io.intelligentcache.cli.chaos;

import org.jspecify.annotations.Nullable;

/**
 * What is stored: which write of which key it comes from, and so much padding that some values are
 * compressed below memory.
 *
 * @param key the key it belongs under
 * @param number the write
 */
record Value(String key, long number) {
  private static final char MARK = '#';
  private static final int LONGEST_PADDING = 1_500;

  String text() {
    String head = key + MARK + number + MARK;
    return head + "x".repeat(padding(number));
  }

  private static int padding(long number) {
    return (int) (number * 37 % LONGEST_PADDING);
  }

  /** Reads a value back, or answers null if it is none, or not whole. */
  static @Nullable Value parse(String text) {
    int mark = text.indexOf(MARK);
    int end = text.indexOf(MARK, mark + 1);
    if (mark < 0 || end < 0) {
      return null;
    }
    try {
      long number = Long.parseLong(text, mark + 1, end, 10);
      boolean whole = number >= 0 && text.length() == end + 1 + padding(number);
      return whole ? new Value(text.substring(0, mark), number) : null;
    } catch (NumberFormatException damaged) {
      return null;
    }
  }
}
