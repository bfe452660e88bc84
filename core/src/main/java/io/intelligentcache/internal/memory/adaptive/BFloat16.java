package io.intelligentcache.internal.memory.adaptive;

/**
 * A number of at least 0 in 16 bits: the upper half of a float, 8 bits of exponent and 7 of mantissa. Uses
 * stochastic rounding, so it is right on average, and small steps are not lost.
 */
final class BFloat16 {
  private BFloat16() {}

  static float value(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /**
   * Rounds a number.
   *
   * @param value from 0 up
   * @param random 16 random bits
   */
  static short of(float value, int random) {
    return (short) ((Float.floatToRawIntBits(value) + random) >>> 16);
  }
}
