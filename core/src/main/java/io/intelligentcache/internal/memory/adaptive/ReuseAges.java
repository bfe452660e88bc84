package io.intelligentcache.internal.memory.adaptive;

/**
 * Buckets of ages and gaps. Both are counted in accesses to the whole cache. Buckets are exact up to 7, then
 * four to an octave. Two buckets to an octave cost two points of hit ratio on loops; more gain nothing.
 */
final class ReuseAges {
  /** Buckets that cover every positive int. */
  static final int BUCKETS = bucket(Integer.MAX_VALUE) + 1;

  private ReuseAges() {}

  /**
   * The time from one access to another. At least one, also where the clocks of two threads differ by a few
   * accesses, or where 2^31 accesses have passed.
   */
  static int between(int from, int to) {
    int age = to - from;
    return age > 0 ? age : 1;
  }

  /** The rounded-down logarithm to base 2 of a positive age. */
  static int octave(int age) {
    return 31 - Integer.numberOfLeadingZeros(age);
  }

  /** The bucket of a positive age. */
  static int bucket(int age) {
    if (age < 4) {
      return age - 1;
    }
    int octave = octave(age);
    return 4 * (octave - 2) + 3 + ((age >> (octave - 2)) & 3);
  }

  /** The lowest age of a bucket. */
  static int start(int bucket) {
    return bucket < 3 ? bucket + 1 : (4 + ((bucket - 3) & 3)) << ((bucket - 3) >> 2);
  }

  /** How many ages fall into a bucket. */
  static int width(int bucket) {
    return bucket < 3 ? 1 : 1 << ((bucket - 3) >> 2);
  }
}
