package io.intelligentcache.bench.measure;

import java.util.Locale;

/**
 * The required range of a figure.
 *
 * @param least whether the limit is a minimum; else a maximum
 * @param limit the limit itself is allowed
 */
public record Bound(boolean least, double limit) {
  public static Bound atLeast(double limit) {
    return new Bound(true, limit);
  }

  public static Bound atMost(double limit) {
    return new Bound(false, limit);
  }

  public boolean isMetBy(double value) {
    return least ? value >= limit : value <= limit;
  }

  /** For example {@code >= 0.7}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, least ? ">= %.4g" : "<= %.4g", limit)
        .replaceAll("\\.?0+$", "");
  }
}
