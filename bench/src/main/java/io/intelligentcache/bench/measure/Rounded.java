package io.intelligentcache.bench.measure;

import org.jspecify.annotations.Nullable;

/** Rounds numbers to the digits that are worth printing. */
public final class Rounded {
  private static final double DIGITS = 1e4;

  private Rounded() {}

  public static double of(double number) {
    return Math.rint(number * DIGITS) / DIGITS;
  }

  /** A ratio, or null if one of the two numbers is unknown. */
  public static @Nullable Double ratio(double number, double base) {
    double ratio = number / base;
    return Double.isNaN(ratio) ? null : of(ratio);
  }
}
