package io.intelligentcache.internal.memory.adaptive;

/**
 * The value of a hit per unit of the capacity that it occupies: {@code 1/size + lambda/mean size}.
 *
 * <p>The first term counts hits. The second counts bytes served, in units of a mean request. With lambda at 0
 * only the object hit ratio counts, and large entries are hardly kept. To count hits with weight w and bytes
 * with 1 - w, set lambda to (1-w)/w. Where all sizes are equal, the value of all entries is equal too.
 */
final class ValuePerByte {
  /** The mean follows about this many sampled requests. */
  private static final int MEMORY = 10_000;
  /** How many bits of a size's mantissa count: the value is then right within 6 %. */
  private static final int MANTISSA = 3;

  private static final int DROPPED = 23 - MANTISSA; // of a float's mantissa
  private static final int FIRST = 127 << MANTISSA; // the index of size 1, by exponent

  private final float lambda;
  /** The logarithm of the value by size class, where sizes differ. */
  private short[] logs = {};

  /** The mean size for which {@link #logs} was computed. */
  private float tabulated;

  private float mean;
  private int seen;
  private long only;
  private boolean uniform = true;

  ValuePerByte(float lambda) {
    this.lambda = lambda;
  }

  /** Records the size of a new or resized entry. Called for all entries. */
  void admit(long size) {
    if (size != only && uniform) {
      uniform = only == 0;
      only = size;
    }
    if (!uniform && (logs.length == 0 || Math.abs(mean - tabulated) > tabulated / 16)) {
      tabulate();
    }
  }

  /** Records the size of the entry of a sampled request. */
  void request(long size) {
    if (seen < MEMORY) {
      seen++;
    }
    mean += (size - mean) / seen;
  }

  /** Whether all entries had the same size so far. */
  boolean uniform() {
    return uniform;
  }

  /** The logarithm of the value in 256ths of an octave; 0 where all sizes are equal. */
  int log(long size) {
    return uniform ? 0 : logs[sizeClass(size)];
  }

  private static int sizeClass(long size) {
    return ((Float.floatToRawIntBits((float) size) + (1 << (DROPPED - 1))) >> DROPPED) - FIRST;
  }

  private void tabulate() {
    tabulated = Math.max(1, mean);
    if (logs.length == 0) {
      logs = new short[sizeClass(Long.MAX_VALUE) + 1];
    }
    for (int i = 0; i < logs.length; i++) {
      float size = Float.intBitsToFloat((i + FIRST) << DROPPED);
      logs[i] = (short) (Log2.OCTAVE * Log2.of(1 / size + lambda / tabulated));
    }
  }
}
