package io.intelligentcache.internal.memory.adaptive;

import java.util.Arrays;

/**
 * Counts how keys of each class come back.
 *
 * <p>A row is a histogram over ages: at which ages keys of its class came back, and at which they
 * were last seen before they were forgotten. A class gets a row when its first event is seen, as
 * long as rows last; one without shares its octave's, and an octave of which nothing was seen yet
 * that of all.
 *
 * <p>A count is a {@link BFloat16}, rounded at random: half the memory of floats, as good on
 * average.
 *
 * <p>Owned by the lock's owner, who hands a {@link HazardEstimate} of it to a {@link Recomputation}.
 */
final class ClassTable {
  /** The row, and the group, of all classes together. */
  static final int ALL = 0;
  /** Octaves of a positive int, and the class of keys seen once. */
  static final int GROUPS = 33;

  private static final int FREE = -1;
  private static final int NO_CLASS = -2; // rows of octaves, and that of all
  private static final int ROWS_AT_ONCE = 4;
  /** A row with fewer events than this has outlived its class. */
  private static final float FADED = 0.1f;

  private final int perOctave;

  private final byte[] rowOfClass = new byte[AccessHistory.CLASSES];
  private final byte[] rowOfGroup = new byte[GROUPS];
  /** The class whose own row this is. */
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
   * Makes the table fit for ages below a limit and for so many classes with rows of their own, of
   * which there are at most 90: with those of the groups, a row's number fits a byte.
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

  /** A key of a class came back. */
  void returned(int klass, int bucket) {
    if (rowOfClass[klass] == rowOfGroup[group(klass)]) {
      giveRow(klass);
    }
    int cell = cell(klass, bucket);
    returned[cell] = BFloat16.of(BFloat16.value(returned[cell]) + 1, nextRandom());
  }

  /** A key of a class was forgotten without having come back. */
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

  /** The counts as they stand. */
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

  /** Lets all counts fade, and takes away the rows of classes of which nothing is left. */
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

  long bytes() {
    return AccessHistory.CLASSES + GROUPS + 2L * owner.length + 4L * returned.length + 150;
  }
}
