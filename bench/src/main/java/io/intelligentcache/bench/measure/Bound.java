package io.intelligentcache.bench.measure;

import java.util.Locale;

/**
 * What a figure is to be.
 *
 * @param least the limit, from below or from above
 * @param limit beyond which it must not be
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
