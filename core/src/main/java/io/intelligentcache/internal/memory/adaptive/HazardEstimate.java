package io.intelligentcache.internal.memory.adaptive;

import java.util.Arrays;

/**
 * The counts of one {@link ClassTable} as they stood at some moment, and what follows from them.
 *
 * <p>From how many of those who reached an age came back at it follows the hazard (Kaplan and
 * Meier's estimate, which counts those that are still waited for as not returned <em>yet</em>); from
 * the hazard the {@link GittinsIndex} index. Most classes have seen little, so estimates shrink: a class
 * towards its octave, an octave towards all, and all towards a power law, which makes an untaught
 * table behave as LRU.
 *
 * <p>Not thread-safe; belongs to one {@link Recomputation}.
 */
final class HazardEstimate {
  /** Events that a parent's estimate weighs in its children's. */
  private static final float SHRINKAGE = 8;
  /** Events that the power law weighs in the estimate over all classes. */
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
   * Takes over counts.
   *
   * @param perOctave how many classes share an octave
   * @param rows how many there are
   * @param buckets length of a row
   * @param rowOfClass the row of each class, its own or its group's
   * @param rowOfGroup the row of each group, or that of all
   * @param returned how many came back, by row and bucket
   * @param reached those, and who was forgotten; those still waited for are added
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

  /** So many keys of a class are still waited for. */
  void waiting(int klass, int bucket, float howMany) {
    reached[rowOfClass[klass] * buckets + Math.min(bucket, buckets - 1)] += howMany;
  }

  int buckets() {
    return buckets;
  }

  /** Where the row of each class begins in what {@link #indices} returns. */
  char[] offsets() {
    char[] offsets = new char[rowOfClass.length];
    for (int c = 0; c < offsets.length; c++) {
      offsets[c] = (char) (rowOfClass[c] * buckets);
    }
    return offsets;
  }

  /**
   * Works out the logarithms of the indices, row by row.
   *
   * @param scale what one octave is worth
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

  /** The hazard: returns in a bucket over those who reached it, shrunk towards a parent's. */
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
