package io.intelligentcache.internal.memory.adaptive;

/** Logarithms to base 2 and their inverse, accurate to one per cent, at a few instructions each. */
final class Log2 {
  /** How many steps of the fixed-point logarithms are one octave. */
  static final int OCTAVE = 256;

  private static final float[] POWERS = new float[OCTAVE];

  static {
    for (int i = 0; i < OCTAVE; i++) {
      POWERS[i] = (float) Math.pow(2, i / (double) OCTAVE);
    }
  }

  private Log2() {}

  /** The logarithm of a positive, normal number: its exponent, plus a parabola over its mantissa. */
  static float of(float x) {
    int bits = Float.floatToRawIntBits(x);
    float m = (bits & 0x7F_FFFF) * (1f / (1 << 23));
    return (bits >> 23) - 127 + m + 0.3465f * m * (1 - m);
  }

  /** The number whose logarithm is this many 256ths; 0 or the largest float if a float can't hold it. */
  static float power(int log) {
    int exponent = log >> 8;
    if (exponent < -126) {
      return 0;
    }
    if (exponent > 127) {
      return Float.MAX_VALUE;
    }
    return Float.intBitsToFloat((exponent + 127) << 23) * POWERS[log & (OCTAVE - 1)];
  }
}
