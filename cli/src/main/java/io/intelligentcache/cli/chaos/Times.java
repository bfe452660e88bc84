package io.intelligentcache.cli.chaos;

import java.util.Locale;

/** Instants and spans of a run, as people read them. */
final class Times {
  private Times() {}

  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.4f s", nanos / 1e9);
  }
}
