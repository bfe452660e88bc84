package io.intelligentcache.internal.memory.adaptive;

import java.util.Arrays;

/**
 * Counts how often, and at which ages, keys of each class are accessed again.
 *
 * <p>A row is a histogram over ages: at which ages keys of its class were accessed again, and at which ages
 * they were last seen before they were forgotten. A class gets a row at its first event, as long as rows are
 * left. A class without a row shares the row of its octave. An octave without events shares the row of all
 * classes.
 *
 * <p>A count is a {@link BFloat16} with stochastic rounding: half the memory of floats, and as good on average.
 *
 * <p>Only the thread that holds the engine's lock uses it. It gives a {@link HazardEstimate} of the counts to a
 * {@link Recomputation}.
 */
final class ClassTable {
  /** The row, and the group, of all classes together. */
  static final int ALL = 0;
  /** One group for each octave of a positive int, and one for the class of keys seen once. */
  static final int GROUPS = 33;

  private static final int FREE = -1;
  private static final int NO_CLASS = -2; // rows of octaves, and that of all
  private static final int ROWS_AT_ONCE = 4;
  /** The row of a class is freed when it has fewer events than this. */
  private static final float FADED = 0.1f;

  private final int perOctave;

  private final byte[] rowOfClass = new byte[AccessHistory.CLASSES];
  private final byte[] rowOfGroup = new byte[GROUPS];
  /** The class that each row belongs to. */
  private short[] owner = {NO_CLASS};

  private int rows = 1;
  private int classRows;
  private int classRowLimit;
  private int buckets = 1;
  private short[] returned = new short[1];
  private short[] forgotten = new short[1];
  private int random;

  /**
   * Makes an empty table.
   *
   * @param perOctave how many classes share an octave
   */
  ClassTable(int perOctave) {
    this.perOctave = perOctave;
  }

  /**
   * Fits the table to ages below a limit and to this many classes with rows of their own. At most 90 such
   * classes are allowed: together with the rows of the groups, a row's number then fits a byte.
   */
  void fit(int buckets, int classRowLimit) {
    this.classRowLimit = Math.max(this.classRowLimit, classRowLimit);
    if (buckets > this.buckets) {
      returned = widen(returned, buckets);
      forgotten = widen(forgotten, buckets);
      this.buckets = buckets;
    }
  }

  private short[] widen(short[] old, int buckets) {
    short[] wide = new short[owner.length * buckets];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(old, row * this.buckets, wide, row * buckets, this.buckets);
    }
    return wide;
  }

  /** Counts that a key of a class was accessed again. */
  void returned(int klass, int bucket) {
    if (rowOfClass[klass] == rowOfGroup[group(klass)]) {
      giveRow(klass);
    }
    int cell = cell(klass, bucket);
    returned[cell] = BFloat16.of(BFloat16.value(returned[cell]) + 1, nextRandom());
  }

  /** Counts that a key of a class was forgotten without another access. */
  void forgotten(int klass, int bucket) {
    int cell = cell(klass, bucket);
    forgotten[cell] = BFloat16.of(BFloat16.value(forgotten[cell]) + 1, nextRandom());
  }

  private int cell(int klass, int bucket) {
    return rowOfClass[klass] * buckets + Math.min(bucket, buckets - 1);
  }

  private int group(int klass) {
    return group(klass, perOctave);
  }

  /** The group of a class: keys seen once, or its octave. */
  static int group(int klass, int perOctave) {
    return klass == 0 ? 0 : Math.min(GROUPS - 1, 1 + (klass - 1) / perOctave);
  }

  private void giveRow(int klass) {
    int group = group(klass);
    if (rowOfGroup[group] == ALL) {
      byte row = newRow(NO_CLASS);
      rowOfGroup[group] = row;
      for (int c = 0; c < AccessHistory.CLASSES; c++) {
        if (group(c) == group) {
          rowOfClass[c] = row;
        }
      }
    }
    if (klass != 0 && classRows < classRowLimit) {
      rowOfClass[klass] = newRow(klass);
      classRows++;
    }
  }

  private byte newRow(int klass) {
    int row = 0;
    while (row < rows && owner[row] != FREE) {
      row++;
    }
    if (row == owner.length) {
      int length = rows + ROWS_AT_ONCE;
      owner = Arrays.copyOf(owner, length);
      returned = Arrays.copyOf(returned, length * buckets);
      forgotten = Arrays.copyOf(forgotten, length * buckets);
    }
    rows = Math.max(rows, row + 1);
    owner[row] = (short) klass;
    return (byte) row;
  }

  /** The counts at this instant. */
  HazardEstimate tally() {
    int cells = rows * buckets;
    float[] came = new float[cells];
    float[] reached = new float[cells];
    for (int i = 0; i < cells; i++) {
      came[i] = BFloat16.value(returned[i]);
      reached[i] = came[i] + BFloat16.value(forgotten[i]);
    }
    return new HazardEstimate(
        perOctave, rows, buckets, rowOfClass.clone(), rowOfGroup.clone(), came, reached);
  }

  /** Decays all counts, and frees the rows of classes of which nothing is left. */
  void fade(float factor) {
    for (int i = 0; i < rows * buckets; i++) {
      if (returned[i] != 0) {
        returned[i] = BFloat16.of(BFloat16.value(returned[i]) * factor, nextRandom());
      }
      if (forgotten[i] != 0) {
        forgotten[i] = BFloat16.of(BFloat16.value(forgotten[i]) * factor, nextRandom());
      }
    }
    for (int row = 0; row < rows; row++) {
      if (owner[row] >= 0 && events(row) < FADED) {
        takeRow(row);
      }
    }
  }

  private float events(int row) {
    float sum = 0;
    for (int i = row * buckets; i < (row + 1) * buckets; i++) {
      sum += BFloat16.value(returned[i]);
    }
    return sum;
  }

  private void takeRow(int row) {
    int klass = owner[row];
    byte groupRow = rowOfGroup[group(klass)];
    for (int b = 0; b < buckets; b++) {
      move(returned, row * buckets + b, groupRow * buckets + b);
      move(forgotten, row * buckets + b, groupRow * buckets + b);
    }
    rowOfClass[klass] = groupRow;
    owner[row] = FREE;
    classRows--;
  }

  private void move(short[] counts, int from, int to) {
    float sum = BFloat16.value(counts[to]) + BFloat16.value(counts[from]);
    counts[to] = BFloat16.of(sum, nextRandom());
    counts[from] = 0;
  }

  private int nextRandom() {
    random = random * 1_664_525 + 1_013_904_223; // Numerical Recipes; its upper bits are good
    return random >>> 16;
  }
}
