package io.intelligentcache.memory.adaptive;

/**
 * Learns from a sample of events what entries are worth, and ranks them.
 *
 * <p>Two tables look at the same keys, by their last two gaps and by their long-run gap; the third
 * voice is the decayed number of accesses. The rank is the geometric mean of the three: either table
 * alone loses two points, and so does leaving out the count.
 *
 * <p>When to recompute: soon and often at the start and whenever much has been learnt, so that a
 * loop is seen after one round; lazily later on. All rows each time, because the ages of those still
 * waited for change even where nothing happens.
 *
 * <p>Owned by the lock's owner, except {@link #sampledNow} and {@link #decay}, which hits read.
 */
final class Learner {
  private static final float THIRD = 1f / 3;
  /** Half-life of the decayed number of accesses, in accesses per resident. */
  private static final int HALF_LIFE = 64;
  /** Ages beyond this many accesses per resident are one. */
  private static final int HORIZON = 32;
  /** Up to this many residents every event is learnt from. */
  private static final int ALL_SAMPLED = 1024;

  private static final int SPARSEST_SAMPLE = 32;
  private static final int LOOK_AT = 1024;
  /** What a quarter of an octave of accesses counts in the rank, in 16ths of its unit. */
  private static final int DECAYED_STEP = (int) (16 * THIRD * Log2.OCTAVE / 4);

  private static final int EAGER_RECOMPUTATIONS = 60;

  private final ClassTable a = new ClassTable(History.A_PER_OCTAVE, THIRD);
  private final ClassTable b = new ClassTable(History.B_PER_OCTAVE, THIRD);
  private final ClassTable.Scratch scratch = new ClassTable.Scratch();

  private final long[] one = new long[1];
  private final int[] oneAge = new int[1];
  private final int[] oneRank = new int[1];

  private float decay = 1;
  private int sampling = 1;
  private int fittedTo;

  private int lastTime;
  private int period = 64;
  private int recomputations;
  private float eventsSince;
  private float eventWeight;

  /** One of how many keys and events is learnt from; a power of two. */
  int sampling() {
    return sampling;
  }

  /** Whether a key belongs to the sample. */
  boolean samples(int hash) {
    return (hash & (sampling - 1)) == 0;
  }

  /** Whether an event belongs to the sample, given 32 random bits. */
  boolean sampledNow(int random) {
    return ((random >>> 8) & (sampling - 1)) == 0;
  }

  /** Octaves that the decayed number of accesses loses per access to the cache. */
  float decay() {
    return decay;
  }

  /** A key of the sample came back. */
  void returned(long word, int gap) {
    int bucket = Ages.bucket(gap);
    a.returned(History.classA(word), bucket);
    b.returned(History.classB(word), bucket);
    eventsSince += sampling;
  }

  /** A key of the sample was forgotten at some age. */
  void forgotten(long word, int age) {
    int bucket = Ages.bucket(age);
    a.forgotten(History.classA(word), bucket);
    b.forgotten(History.classB(word), bucket);
  }

  /** Ranks one entry as {@link #rank(long[], int, int[], int[])} does. */
  int rank(long word, int age) {
    one[0] = word;
    oneAge[0] = age;
    rank(one, 1, oneAge, oneRank);
    return oneRank[0];
  }

  /**
   * Ranks entries, apart from their sizes. A loop without branches or calls, because this is most of
   * what a miss costs.
   *
   * @param words their histories
   * @param count how many
   * @param ages their ages
   * @param ranks where to write the logarithms of their expected hits per unit of time, in 256ths of
   *     an octave, up to a constant
   */
  void rank(long[] words, int count, int[] ages, int[] ranks) {
    short[] indexA = a.indices();
    short[] indexB = b.indices();
    short[] rowA = a.rowOfClass();
    short[] rowB = b.rowOfClass();
    int length = a.buckets();
    float fading = decay * (Log2.OCTAVE * THIRD);
    for (int i = 0; i < count; i++) {
      long word = words[i];
      int age = ages[i];
      int bucket = Math.min(Ages.bucket(age), length - 1);
      ranks[i] = indexA[rowA[History.classA(word)] * length + bucket]
          + indexB[rowB[History.classB(word)] * length + bucket]
          + ((History.decayed(word) * DECAYED_STEP) >> 4)
          - (int) (age * fading);
    }
  }

  /** Makes horizon and sample fit the number of residents. */
  void fit(int residents) {
    decay = 1f / ((float) HALF_LIFE * Math.max(1, residents));
    if (residents > fittedTo) {
      fittedTo = residents + (residents >> 2);
      long horizon = Math.min(Integer.MAX_VALUE, (long) HORIZON * fittedTo);
      int buckets = Ages.bucket((int) horizon) + 1;
      int rows = Math.min(160, 40 + residents / 500);
      a.fit(buckets, rows);
      b.fit(buckets, rows);
    }
    int wanted = Integer.highestOneBit(
        Math.max(1, Math.min(SPARSEST_SAMPLE, 2 * (residents - 1) / ALL_SAMPLED)));
    if (wanted > sampling || 4 * wanted <= sampling) {
      float factor = (float) sampling / wanted;
      a.fade(factor);
      b.fade(factor);
      sampling = wanted;
    }
  }

  /** Whether enough has passed, or been learnt, for the indices to be worked out again. */
  boolean due(int now, int residents) {
    int passed = now - lastTime;
    if (passed < 0 || passed >= period || recomputations == 0) {
      return true;
    }
    float share = recomputations < EAGER_RECOMPUTATIONS ? 0.1f : 0.3f;
    return eventsSince >= Math.max(32, share * eventWeight)
        && passed >= Math.max(64, residents / 50);
  }

  /** Works out all indices. Takes 0.1 to 0.4 ms, whatever the cache's size. */
  void recompute(Residents residents, Departed departed, int now) {
    a.countAnew();
    b.countAnew();
    countResidents(residents, now);
    count(departed.ghosts(), 1f / sampling, now);
    count(departed.observers(), 1, now);
    a.recompute(scratch);
    b.recompute(scratch);
    int passed = Math.max(0, now - lastTime);
    float memory = Math.max(4000, Math.min(residents.count(), 100_000));
    float factor = (float) Math.pow(0.9, passed / memory);
    a.fade(factor);
    b.fade(factor);
    eventWeight = (eventWeight + eventsSince) * factor;
    eventsSince = 0;
    lastTime = now;
    recomputations++;
    period =
        (int) Math.min(period * 2L, Math.max(16_000, Math.min(1 << 28, 4L * residents.count())));
  }

  private void countResidents(Residents residents, int now) {
    int slots = residents.slots();
    int looks = Math.min(slots, LOOK_AT);
    float weight = (float) slots / looks / sampling;
    long[] words = residents.words();
    for (int i = 0; i < looks; i++) {
      int slot = spread(i, looks, slots);
      if (residents.has(slot)) {
        waiting(Residents.word(words, slot), weight, now);
      }
    }
  }

  private void count(GhostTable table, float share, int now) {
    int places = table.places();
    int looks = Math.min(places, LOOK_AT);
    float weight = share * places / looks;
    for (int i = 0; i < looks; i++) {
      long word = table.at(spread(i, looks, places));
      if (word != 0) {
        waiting(word, weight, now);
      }
    }
  }

  /** The i-th of some evenly spread places, others each time. */
  private int spread(int i, int looks, int places) {
    return (int)
        (((long) i * places + ((recomputations * 0x9E37_79B9L) & 0xFFFF_FFFFL) % places) / looks);
  }

  private void waiting(long word, float weight, int now) {
    int bucket = Ages.bucket(Ages.between(History.last(word), now));
    a.waiting(History.classA(word), bucket, weight);
    b.waiting(History.classB(word), bucket, weight);
  }

  long bytes() {
    return a.bytes() + b.bytes() + scratch.bytes() + 100;
  }
}
