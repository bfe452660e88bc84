package io.intelligentcache.cli.chaos.fault;

import java.util.Locale;

/** Formats instants and durations of a run for people. */
public final class Times {
  private Times() {}

  public static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.4f s", nanos / 1e9);
  }
}
