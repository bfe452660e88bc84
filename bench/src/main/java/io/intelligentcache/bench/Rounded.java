package io.intelligentcache.bench;

import org.jspecify.annotations.Nullable;

/** Numbers with the digits that are worth printing. */
final class Rounded {
  private static final double DIGITS = 1e4;

  private Rounded() {}

  static double of(double number) {
    return Math.rint(number * DIGITS) / DIGITS;
  }

  /** A ratio, or null where one of the two is not known. */
  static @Nullable Double ratio(double number, double base) {
    double ratio = number / base;
    return Double.isNaN(ratio) ? null : of(ratio);
  }
}
