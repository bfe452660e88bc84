package io.intelligentcache.cli.replay;

/** One key per line. */
final class KeyLines implements LineFormat {
  /** Digits that fit in a long whatever they are. */
  private static final int MAX_DIGITS = 18;

  @Override
  public void read(String line, TraceBuilder trace) {
    trace.add(key(line.strip()), 0);
  }

  /** A key in its smallest form: a Long where that prints the same, else the text. */
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
