package io.intelligentcache.cli.console;

import java.util.Locale;

/** Formats numbers for people, the same in every locale. */
public final class Numbers {
  private static final long KILOBYTE = 1_000;
  private static final long MEGABYTE = 1_000_000;
  private static final long GIGABYTE = 1_000_000_000;

  private Numbers() {}

  /**
   * A count, with separators.
   *
   * @param count the number
   * @return for example {@code 1,234,567}
   */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /**
   * A number of bytes, in a suitable unit; a megabyte is 1,000,000 bytes.
   *
   * @param bytes the number
   * @return for example {@code 31.9 MB}
   */
  public static String bytes(long bytes) {
    if (bytes < KILOBYTE) {
      return bytes + " B";
    }
    if (bytes < MEGABYTE) {
      return scaled(bytes, KILOBYTE, "KB");
    }
    return bytes < GIGABYTE ? scaled(bytes, MEGABYTE, "MB") : scaled(bytes, GIGABYTE, "GB");
  }

  /**
   * A share in per cent.
   *
   * @param ratio 0 to 1
   * @return for example {@code 39.70 %}
   */
  public static String percent(double ratio) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * ratio);
  }

  /**
   * A short time.
   *
   * @param nanos in nanoseconds
   * @return in microseconds or milliseconds
   */
  public static String time(long nanos) {
    return nanos < 1_000_000
        ? String.format(Locale.ROOT, "%.1f us", nanos / 1e3)
        : String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
  }

  private static String scaled(long bytes, long unit, String name) {
    return String.format(Locale.ROOT, "%.1f %s", (double) bytes / unit, name);
  }
}
