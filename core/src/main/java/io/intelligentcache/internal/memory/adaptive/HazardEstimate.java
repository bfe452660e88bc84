package io.intelligentcache.internal.memory.adaptive;

import java.util.Arrays;

/**
 * A copy of the counts of one {@link ClassTable}, and the estimates that follow from them.
 *
 * <p>The hazard of an age is the share of keys that are accessed again at that age, of those that reach it
 * (Kaplan and Meier's estimate, which counts keys that may still return as not returned <em>yet</em>). From the
 * hazard follows the {@link GittinsIndex} index. Most classes have few events, so estimates are shrunk: a class
 * towards its octave, an octave towards all classes, and all classes towards a power law. With the power law, a
 * table without events behaves as LRU.
 *
 * <p>Not thread-safe; belongs to one {@link Recomputation}.
 */
final class HazardEstimate {
  /** The weight, in events, of a parent's estimate in the estimate of its children. */
  private static final float SHRINKAGE = 8;
  /** The weight, in events, of the power law in the estimate over all classes. */
  private static final float PRIOR = 4;

  private static final float HAZARD_OF_AGE = 0.3f;

  private final int perOctave;
  private final int rows;
  private final int buckets;
  private final byte[] rowOfClass;
  private final byte[] rowOfGroup;
  private final float[] returned;
  private final float[] reached;

  private final GittinsIndex gittins = new GittinsIndex();
  private final float[] sumReturned;
  private final float[] sumReached;

  /**
   * Makes an estimate from counts.
   *
   * @param perOctave how many classes share an octave
   * @param rows how many there are
   * @param buckets length of a row
   * @param rowOfClass the row of each class, its own or its group's
   * @param rowOfGroup the row of each group, or that of all
   * @param returned how many keys were accessed again, by row and bucket
   * @param reached those, and the forgotten keys; keys that may still return are added later
   */
  HazardEstimate(
      int perOctave,
      int rows,
      int buckets,
      byte[] rowOfClass,
      byte[] rowOfGroup,
      float[] returned,
      float[] reached) {
    this.perOctave = perOctave;
    this.rows = rows;
    this.buckets = buckets;
    this.rowOfClass = rowOfClass;
    this.rowOfGroup = rowOfGroup;
    this.returned = returned;
    this.reached = reached;
    this.sumReturned = new float[buckets];
    this.sumReached = new float[buckets];
  }

  /** Adds keys of a class that may still return. */
  void waiting(int klass, int bucket, float howMany) {
    reached[rowOfClass[klass] * buckets + Math.min(bucket, buckets - 1)] += howMany;
  }

  int buckets() {
    return buckets;
  }

  /** The index at which the row of each class begins in the result of {@link #indices}. */
  char[] offsets() {
    char[] offsets = new char[rowOfClass.length];
    for (int c = 0; c < offsets.length; c++) {
      offsets[c] = (char) (rowOfClass[c] * buckets);
    }
    return offsets;
  }

  /**
   * Computes the logarithms of the indices, row by row.
   *
   * @param scale the value of one octave in the output
   */
  short[] indices(float scale) {
    short[] out = new short[rows * buckets];
    float[] prior = new float[buckets];
    for (int b = 0; b < buckets; b++) {
      prior[b] = Math.min(0.5f, HAZARD_OF_AGE * ReuseAges.width(b) / ReuseAges.start(b));
    }
    clear();
    for (int row = 0; row < rows; row++) {
      add(row);
    }
    float[] overall = estimate(prior, PRIOR);
    gittins.index(overall, buckets, scale, out, 0);
    for (int group = 0; group < ClassTable.GROUPS; group++) {
      if (rowOfGroup[group] != ClassTable.ALL) {
        indices(group, overall, scale, out);
      }
    }
    return out;
  }

  private void indices(int group, float[] overall, float scale, short[] out) {
    int groupRow = rowOfGroup[group];
    int from = group == 0 ? 0 : 1 + (group - 1) * perOctave;
    int to = group == 0 ? 1 : Math.min(AccessHistory.CLASSES, from + perOctave);
    clear();
    add(groupRow);
    for (int c = from; c < to; c++) {
      if (rowOfClass[c] != groupRow) {
        add(rowOfClass[c]);
      }
    }
    float[] together = estimate(overall, SHRINKAGE);
    gittins.index(together, buckets, scale, out, groupRow * buckets);

    for (int c = from; c < to; c++) {
      int row = rowOfClass[c];
      if (row != groupRow) {
        clear();
        add(row);
        gittins.index(estimate(together, SHRINKAGE), buckets, scale, out, row * buckets);
      }
    }
  }

  private void clear() {
    Arrays.fill(sumReturned, 0);
    Arrays.fill(sumReached, 0);
  }

  private void add(int row) {
    int first = row * buckets;
    for (int b = 0; b < buckets; b++) {
      sumReturned[b] += returned[first + b];
      sumReached[b] += reached[first + b];
    }
  }

  /** The hazard: returns in a bucket divided by the keys that reached it, shrunk towards a parent's. */
  private float[] estimate(float[] parent, float weight) {
    float[] hazard = new float[buckets];
    float sum = weight;
    for (int b = buckets - 1; b >= 0; b--) {
      sum += sumReached[b];
      hazard[b] = (sumReturned[b] + weight * parent[b]) / sum;
    }
    return hazard;
  }
}
