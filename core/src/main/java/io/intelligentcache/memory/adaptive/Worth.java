package io.intelligentcache.memory.adaptive;

/**
 * What a hit is worth per unit of the capacity that it occupies: {@code 1/size + lambda/mean size}.
 *
 * <p>The first term counts hits, the second bytes served, in units of a mean request: with lambda at
 * 0 the policy goes for the object hit ratio alone, and large entries hardly stay. If hits are to
 * count with w and bytes with 1 - w, lambda is (1-w)/w. Where all sizes are equal the worth is, too.
 */
final class Worth {
  private static final float LAMBDA = 0.05f;
  /** The mean follows the last so many sampled requests. */
  private static final int MEMORY = 10_000;

  private float mean;
  private int seen;
  private long only;
  private boolean uniform = true;

  /** Sees the size of a new or resized entry, of all of them. */
  void admit(long size) {
    if (size != only) {
      uniform = uniform && only == 0;
      only = size;
    }
  }

  /** Sees the size of what a sampled request asked for. */
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

  /** The logarithm of the worth in 256ths of an octave. */
  int log(long size) {
    return (int) (Log2.OCTAVE * Log2.of(1f / size + LAMBDA / Math.max(1f, mean)));
  }
}
