package io.intelligentcache.internal.memory.adaptive;

/**
 * The access history of one key, in 64 bits, so that a hit is one read and one write of one word.
 *
 * <pre>
 *   bits   field
 *     32   last     when it was last accessed
 *      9   classA   octave of the last gap, accesses in 3 steps, how the gap before compares; 0 = seen once
 *      9   classB   octave of the mean gap, accesses in 4 steps, how the last gap compares; 0 = seen once
 *      5   count    accesses since it is known, at most 31; never 0
 *      3   fraction mantissa of the mean gap, whose exponent is the octave in classB
 *      6   decayed  decayed number of accesses: 4 bits of exponent, 2 of mantissa
 * </pre>
 *
 * <p>A gap is the number of accesses to the cache between two accesses to the key. Class A describes the last
 * two gaps and follows change; class B describes the long run. The decayed number of accesses ranks keys within
 * a class. The two small floating-point fields use stochastic rounding, so they are right on average, and small
 * steps are not lost.
 *
 * <p>A word of 0 means that nothing is known.
 */
final class AccessHistory {
  /** Class numbers are below this. */
  static final int CLASSES = 512;
  /** Classes of kind A in each octave of the last gap. */
  static final int A_PER_OCTAVE = 10;
  /** Classes of kind B in each octave of the mean gap. */
  static final int B_PER_OCTAVE = 13;

  private static final int A_SHIFT = 23;
  private static final int B_SHIFT = 14;
  static final int COUNT_SHIFT = 9;
  private static final int FRACTION_SHIFT = 6;
  private static final int CLASS_MASK = 511;
  static final int MOST = 31;

  private static final int EXPONENT_BIAS = 127;
  private static final int MEAN_DROPPED = 20; // of a float's 23 bits of mantissa, 3 are kept
  private static final int DECAYED_DROPPED = 21; // 2 are kept
  private static final int DECAYED_MOST = 63;

  /** The first class of each count, relative to its octave. */
  private static final byte[] COUNT_A = new byte[MOST + 1];

  private static final byte[] COUNT_B = new byte[MOST + 1];
  /** 1 / (count - 1), the weight of a gap in the mean. */
  private static final float[] GAP_WEIGHT = new float[MOST + 1];

  static {
    for (int n = 2; n <= MOST; n++) {
      COUNT_A[n] = (byte) (n == 2 ? 0 : n <= 4 ? 1 : n <= 12 ? 4 : 7);
      COUNT_B[n] = (byte) (n == 2 ? 0 : n <= 4 ? 1 : n <= 8 ? 4 : n <= 20 ? 7 : 10);
      GAP_WEIGHT[n] = 1f / (n - 1);
    }
  }

  private AccessHistory() {}

  /** The history of a key that is seen for the first time. */
  static long first(int now) {
    return ((long) now << 32) | (1L << COUNT_SHIFT);
  }

  /**
   * The history after one more access.
   *
   * @param word the history before, not 0
   * @param now the clock
   * @param gap accesses to the cache since the last access to the key, positive
   * @param random 32 random bits
   * @param decay octaves that the decayed number of accesses loses per access to the cache
   */
  static long next(long word, int now, int gap, int random, float decay) {
    int low = (int) word;
    int count = (low >>> COUNT_SHIFT) & MOST;
    int before = count < 2 ? -1 : ((low >>> A_SHIFT) - 1) / A_PER_OCTAVE;
    count = count < MOST ? count + 1 : MOST;
    int octave = ReuseAges.octave(gap);

    float mean = gap;
    if (count > 2) {
      int classB = (low >>> B_SHIFT) & CLASS_MASK;
      int exponent = (classB - 1) / B_PER_OCTAVE + EXPONENT_BIAS;
      int fraction = (low >>> FRACTION_SHIFT) & 7;
      float known = Float.intBitsToFloat(((exponent << 3) | fraction) << MEAN_DROPPED);
      mean = known + (gap - known) * GAP_WEIGHT[count];
    }
    int meanBits =
        (Float.floatToRawIntBits(mean) + (random >>> (32 - MEAN_DROPPED))) >>> MEAN_DROPPED;
    int meanOctave = (meanBits >> 3) - EXPONENT_BIAS;

    int a = 1 + A_PER_OCTAVE * octave + COUNT_A[count];
    int b = 1 + B_PER_OCTAVE * meanOctave + COUNT_B[count];
    if (count > 2) {
      int longer = before - octave;
      a += longer <= -2 ? 0 : longer <= 1 ? 1 : 2;
      int late = octave - meanOctave;
      b += late <= -2 ? 0 : late <= 0 ? 1 : 2;
    }
    int rest = (a << A_SHIFT)
        | (b << B_SHIFT)
        | (count << COUNT_SHIFT)
        | ((meanBits & 7) << FRACTION_SHIFT)
        | accessed(low & DECAYED_MOST, gap * decay, random);
    return ((long) now << 32) | (rest & 0xFFFF_FFFFL);
  }

  /** Decays a number of accesses by some octaves, and adds one. */
  private static int accessed(int code, float octaves, int random) {
    float value = Float.intBitsToFloat(((EXPONENT_BIAS << 2) + code) << DECAYED_DROPPED);
    float faded = octaves < 24f
        ? value * Float.intBitsToFloat((EXPONENT_BIAS << 23) - (int) (octaves * (1 << 23)))
        : 0f;
    int bits = Float.floatToRawIntBits(faded + 1f) + (random & ((1 << DECAYED_DROPPED) - 1));
    int next = (bits >>> DECAYED_DROPPED) - (EXPONENT_BIAS << 2);
    return next < DECAYED_MOST ? next : DECAYED_MOST;
  }

  /** When the key was last accessed. */
  static int last(long word) {
    return (int) (word >>> 32);
  }

  static int classA(long word) {
    return (int) word >>> A_SHIFT;
  }

  static int classB(long word) {
    return ((int) word >>> B_SHIFT) & CLASS_MASK;
  }

  /** The logarithm to base 2 of the decayed number of accesses, in quarters. */
  static int decayed(long word) {
    return (int) word & DECAYED_MOST;
  }
}
