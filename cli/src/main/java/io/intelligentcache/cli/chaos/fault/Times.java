package io.intelligentcache.cli.chaos.fault;

import java.util.Locale;

/** Instants and spans of a run, as people read them. */
public final class Times {
  private Times() {}

  public static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.4f s", nanos / 1e9);
  }
}
