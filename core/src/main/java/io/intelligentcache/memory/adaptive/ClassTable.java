package io.intelligentcache.memory.adaptive;

import java.util.Arrays;

/**
 * How keys of each class come back, and what that makes them worth at each age.
 *
 * <p>A row is a histogram over ages: at which ages keys of its class came back, at which they were
 * last seen before they were forgotten, and at which those stand that are still waited for. From it
 * follows the hazard, the chance to come back at an age for those that reach it (Kaplan and Meier's
 * estimate, which counts the living as not returned <em>yet</em>); from the hazard the Gittins
 * index.
 *
 * <p>Most classes have seen little, so estimates shrink: a class towards its octave, an octave
 * towards all, and all towards a power law, which makes an untaught table behave as LRU. A class
 * gets a row when its first event is seen, as long as rows last; one without uses its octave's.
 *
 * <p>Owned by the lock's owner.
 */
final class ClassTable {
  private static final float[] NOBODY = {};
  private static final int ALL = 0;
  private static final int GROUPS = 33;
  private static final int FREE = -1;
  private static final int NO_CLASS = -2; // rows of octaves, and that of all
  private static final int ROWS_AT_ONCE = 8;

  /** Events that a parent's estimate weighs in its children's. */
  private static final float SHRINKAGE = 8;
  /** Events that the power law weighs in the estimate over all classes. */
  private static final float PRIOR = 4;

  private static final float HAZARD_OF_AGE = 0.3f;
  /** A row with fewer events than this has outlived its class. */
  private static final float FADED = 0.1f;

  private final int perOctave;
  private final float scale;
  private final Gittins gittins = new Gittins();

  private final short[] rowOfClass = new short[History.CLASSES];
  private final short[] rowOfGroup = new short[GROUPS];
  /** The class whose own row this is. */
  private short[] owner = {NO_CLASS};

  private int rows = 1;
  private int classRows;
  private int classRowLimit = 24;
  private int buckets = 1;
  private float[] returned = new float[1];
  private float[] forgotten = new float[1];
  /** Empty but during a recomputation: counted anew each time, garbage afterwards. */
  private float[] waiting = NOBODY;

  private short[] index = new short[1];

  /**
   * Makes an empty table.
   *
   * @param perOctave how many classes share an octave
   * @param weight share of this table in the rank
   */
  ClassTable(int perOctave, float weight) {
    this.perOctave = perOctave;
    this.scale = weight * Log2.OCTAVE;
  }

  /** Makes the table fit for ages below a limit and for so many classes with rows of their own. */
  void fit(int buckets, int classRowLimit) {
    this.classRowLimit = Math.max(this.classRowLimit, classRowLimit);
    if (buckets > this.buckets) {
      returned = widen(returned, buckets);
      forgotten = widen(forgotten, buckets);
      short[] old = index;
      index = new short[owner.length * buckets];
      for (int row = 0; row < rows; row++) {
        System.arraycopy(old, row * this.buckets, index, row * buckets, this.buckets);
        short beyond = old[(row + 1) * this.buckets - 1];
        Arrays.fill(index, row * buckets + this.buckets, (row + 1) * buckets, beyond);
      }
      this.buckets = buckets;
    }
  }

  private float[] widen(float[] old, int buckets) {
    float[] wide = new float[owner.length * buckets];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(old, row * this.buckets, wide, row * buckets, this.buckets);
    }
    return wide;
  }

  /** A key of a class came back. */
  void returned(int klass, int bucket) {
    if (rowOfClass[klass] == rowOfGroup[group(klass)]) {
      giveRow(klass);
    }
    returned[cell(klass, bucket)]++;
  }

  /** A key of a class was forgotten without having come back. */
  void forgotten(int klass, int bucket) {
    forgotten[cell(klass, bucket)]++;
  }

  /** So many keys of a class are still waited for. */
  void waiting(int klass, int bucket, float howMany) {
    waiting[cell(klass, bucket)] += howMany;
  }

  /** Logarithms of the indices, times the table's weight, in 256ths of an octave; row by row. */
  short[] indices() {
    return index;
  }

  /** The row of each class. */
  short[] rowOfClass() {
    return rowOfClass;
  }

  /** The length of a row. */
  int buckets() {
    return buckets;
  }

  private int cell(int klass, int bucket) {
    return rowOfClass[klass] * buckets + Math.min(bucket, buckets - 1);
  }

  private int group(int klass) {
    return klass == 0 ? 0 : Math.min(GROUPS - 1, 1 + (klass - 1) / perOctave);
  }

  private void giveRow(int klass) {
    int group = group(klass);
    if (rowOfGroup[group] == ALL) {
      rowOfGroup[group] = (short) newRow(NO_CLASS, ALL);
      for (int c = 0; c < History.CLASSES; c++) {
        if (group(c) == group) {
          rowOfClass[c] = rowOfGroup[group];
        }
      }
    }
    if (klass != 0 && classRows < classRowLimit) {
      rowOfClass[klass] = (short) newRow(klass, rowOfGroup[group]);
      classRows++;
    }
  }

  private int newRow(int klass, int parent) {
    int row = 0;
    while (row < rows && owner[row] != FREE) {
      row++;
    }
    if (row == owner.length) {
      int length = rows + ROWS_AT_ONCE;
      owner = Arrays.copyOf(owner, length);
      returned = Arrays.copyOf(returned, length * buckets);
      forgotten = Arrays.copyOf(forgotten, length * buckets);
      index = Arrays.copyOf(index, length * buckets);
    }
    rows = Math.max(rows, row + 1);
    owner[row] = (short) klass;
    System.arraycopy(index, parent * buckets, index, row * buckets, buckets);
    return row;
  }

  /** Forgets who was waited for, before they are counted anew. */
  void countAnew() {
    waiting = new float[rows * buckets];
  }

  /** Works out all indices from what was counted. */
  void recompute(Scratch scratch) {
    int n = buckets;
    float[] sumReturned = scratch.returned;
    float[] sumReached = scratch.reached;
    clear(sumReturned, sumReached);
    for (int row = 0; row < rows; row++) {
      if (owner[row] != FREE) {
        addRow(row, sumReturned, sumReached);
      }
    }
    for (int b = 0; b < n; b++) {
      scratch.prior[b] = Math.min(0.5f, HAZARD_OF_AGE * Ages.width(b) / Ages.start(b));
    }
    estimate(sumReturned, sumReached, scratch.prior, PRIOR, scratch.overall);
    gittins.index(scratch.overall, n, scale, index, 0);

    for (int group = 0; group < GROUPS; group++) {
      if (rowOfGroup[group] != ALL) {
        recompute(group, scratch);
      }
    }
    waiting = NOBODY;
  }

  private void recompute(int group, Scratch scratch) {
    float[] sumReturned = scratch.returned;
    float[] sumReached = scratch.reached;
    int groupRow = rowOfGroup[group];
    int from = group == 0 ? 0 : 1 + (group - 1) * perOctave;
    int to = group == 0 ? 1 : Math.min(History.CLASSES, from + perOctave);
    clear(sumReturned, sumReached);
    addRow(groupRow, sumReturned, sumReached);
    for (int c = from; c < to; c++) {
      if (rowOfClass[c] != groupRow) {
        addRow(rowOfClass[c], sumReturned, sumReached);
      }
    }
    estimate(sumReturned, sumReached, scratch.overall, SHRINKAGE, scratch.group);
    gittins.index(scratch.group, buckets, scale, index, groupRow * buckets);

    for (int c = from; c < to; c++) {
      int row = rowOfClass[c];
      if (row != groupRow) {
        clear(sumReturned, sumReached);
        addRow(row, sumReturned, sumReached);
        estimate(sumReturned, sumReached, scratch.group, SHRINKAGE, scratch.own);
        gittins.index(scratch.own, buckets, scale, index, row * buckets);
      }
    }
  }

  private void clear(float[] a, float[] b) {
    Arrays.fill(a, 0, buckets, 0);
    Arrays.fill(b, 0, buckets, 0);
  }

  private void addRow(int row, float[] sumReturned, float[] sumReached) {
    int first = row * buckets;
    for (int b = 0; b < buckets; b++) {
      float r = returned[first + b];
      sumReturned[b] += r;
      sumReached[b] += r + forgotten[first + b] + waiting[first + b];
    }
  }

  /** The hazard: returns in a bucket over those who reached it, shrunk towards a parent's. */
  private void estimate(
      float[] sumReturned, float[] sumReached, float[] parent, float weight, float[] out) {
    float reached = weight;
    for (int b = buckets - 1; b >= 0; b--) {
      reached += sumReached[b];
      out[b] = (sumReturned[b] + weight * parent[b]) / reached;
    }
  }

  /** Lets all counts fade, and takes away the rows of classes of which nothing is left. */
  void fade(float factor) {
    for (int i = 0; i < rows * buckets; i++) {
      returned[i] *= factor;
      forgotten[i] *= factor;
    }
    for (int row = 0; row < rows; row++) {
      if (owner[row] >= 0 && sum(returned, row) < FADED) {
        takeRow(row);
      }
    }
  }

  private float sum(float[] cells, int row) {
    float sum = 0;
    for (int b = 0; b < buckets; b++) {
      sum += cells[row * buckets + b];
    }
    return sum;
  }

  private void takeRow(int row) {
    int klass = owner[row];
    int groupRow = rowOfGroup[group(klass)];
    for (int b = 0; b < buckets; b++) {
      returned[groupRow * buckets + b] += returned[row * buckets + b];
      forgotten[groupRow * buckets + b] += forgotten[row * buckets + b];
      returned[row * buckets + b] = 0;
      forgotten[row * buckets + b] = 0;
    }
    rowOfClass[klass] = (short) groupRow;
    owner[row] = FREE;
    classRows--;
  }

  long bytes() {
    return 2L * (History.CLASSES + GROUPS + owner.length)
        + 10L * index.length
        + 12L * Ages.BUCKETS
        + 300;
  }

  /** Arrays for one recomputation, shared by the tables. */
  static final class Scratch {
    private final float[] returned = new float[Ages.BUCKETS];
    private final float[] reached = new float[Ages.BUCKETS];
    private final float[] prior = new float[Ages.BUCKETS];
    private final float[] overall = new float[Ages.BUCKETS];
    private final float[] group = new float[Ages.BUCKETS];
    private final float[] own = new float[Ages.BUCKETS];

    long bytes() {
      return 6L * 4 * Ages.BUCKETS + 128;
    }
  }
}
