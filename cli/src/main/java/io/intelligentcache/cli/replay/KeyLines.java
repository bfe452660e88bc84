package io.intelligentcache.cli.replay;

/** Reads lines of one key each. */
final class KeyLines implements LineFormat {
  /** The most digits that always fit in a long. */
  private static final int MAX_DIGITS = 18;

  @Override
  public void read(String line, TraceBuilder trace) {
    trace.add(key(line.strip()), 0);
  }

  /** A key in its smallest form: a Long if it prints the same, else the text. */
  static Object key(String text) {
    int length = text.length();
    if (length == 0 || length > MAX_DIGITS || (length > 1 && text.charAt(0) == '0')) {
      return text;
    }
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return text;
      }
    }
    return Long.valueOf(text);
  }
}
