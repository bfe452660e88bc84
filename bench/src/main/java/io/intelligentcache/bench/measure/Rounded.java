package io.intelligentcache.bench.measure;

import org.jspecify.annotations.Nullable;

/** Numbers with the digits that are worth printing. */
public final class Rounded {
  private static final double DIGITS = 1e4;

  private Rounded() {}

  public static double of(double number) {
    return Math.rint(number * DIGITS) / DIGITS;
  }

  /** A ratio, or null where one of the two is not known. */
  public static @Nullable Double ratio(double number, double base) {
    double ratio = number / base;
    return Double.isNaN(ratio) ? null : of(ratio);
  }
}
