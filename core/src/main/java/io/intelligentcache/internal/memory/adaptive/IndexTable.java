package io.intelligentcache.internal.memory.adaptive;

/**
 * The worth of entries by class and age, as one {@link Recomputation} computed it. Immutable, so that all ranks
 * of one operation come from the same computation.
 *
 * <p>The rank is a weighted geometric mean of three numbers: the index by the entry's last two gaps, the index
 * by its long-run gap, and its decayed number of accesses. With one table only, two points of hit ratio are
 * lost; without the number of accesses, too.
 */
final class IndexTable {
  private final short[] indexA;
  private final short[] indexB;
  private final char[] offsetA;
  private final char[] offsetB;
  private final int oldest;
  /** What a quarter of an octave of accesses counts in the rank, in 16ths of the rank's unit. */
  private final int decayedStep;

  private final float perOctave;

  /**
   * Combines two estimates.
   *
   * @param a of classes by the last two gaps
   * @param b of classes by the long-run gap, over as many buckets
   * @param decayedWeight weight of the decayed number of accesses in the rank; the tables share the rest
   */
  IndexTable(HazardEstimate a, HazardEstimate b, float decayedWeight) {
    float scale = (1 - decayedWeight) / 2 * Log2.OCTAVE;
    indexA = a.indices(scale);
    indexB = b.indices(scale);
    offsetA = a.offsets();
    offsetB = b.offsets();
    oldest = a.buckets() - 1;
    perOctave = decayedWeight * Log2.OCTAVE;
    decayedStep = (int) (16 * perOctave / 4);
  }

  /**
   * Ranks an entry, without its size. Without branches, because this is a large part of the cost of a miss.
   *
   * @param word its history
   * @param age accesses to the cache since its last access
   * @param decay octaves that the decayed number of accesses loses per access to the cache
   * @return the logarithm of its expected hits per unit of time, in 256ths of an octave, up to a constant
   */
  int rank(long word, int age, float decay) {
    int bucket = Math.min(ReuseAges.bucket(age), oldest);
    return indexA[offsetA[AccessHistory.classA(word)] + bucket]
        + indexB[offsetB[AccessHistory.classB(word)] + bucket]
        + ((AccessHistory.decayed(word) * decayedStep) >> 4)
        - (int) (age * decay * perOctave);
  }

  /** The rank of a key at the moment of its access. */
  int fresh(long word) {
    return rank(word, 1, 0);
  }
}
