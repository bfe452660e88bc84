package io.intelligentcache.internal.memory.adaptive;

import java.util.List;

/**
 * Learns the worth of entries from a sample of events.
 *
 * <p>Two tables count the same keys, one by the last two gaps, one by the long-run gap. A {@link Recomputation}
 * turns the counts into an {@link IndexTable} from time to time: soon and often at the start and whenever much
 * has been learnt, so that a loop is recognised after one round; rarely later on.
 *
 * <p>Only the thread that holds the engine's lock uses it, except {@link #sampledNow} and {@link #decay}, which
 * hits read, and {@link #publish} and {@link #ended}.
 */
final class Learner {
  /** Half-life of the decayed number of accesses, in accesses per resident. */
  private static final int HALF_LIFE = 64;
  /** Ages above this many accesses per resident are counted as one. */
  private static final int HORIZON = 32;
  /** Up to this many residents, the sample is all events. */
  private static final int ALL_SAMPLED = 1024;

  private static final int SPARSEST_SAMPLE = 32;

  /** How many classes get rows of their own, in each table: 90 would gain 0.3 points at most. */
  private static final int MOST_ROWS = 64;

  private static final int FEWEST_ROWS = 16;
  private static final int RESIDENTS_PER_ROW = 12;

  private static final int EAGER_RECOMPUTATIONS = 60;
  /** Accesses before the first recomputation that starts because of time alone; doubles with each. */
  private static final int FIRST_PERIOD = 64;
  /** The longest such period of small caches; for other caches it depends on their size. */
  private static final int LAST_PERIOD = 16_000;

  private static final int SHORTEST_MEMORY = 4_000;
  private static final int LONGEST_MEMORY = 100_000;
  private static final float FADING = 0.9f;

  private final ClassTable a = new ClassTable(AccessHistory.A_PER_OCTAVE);
  private final ClassTable b = new ClassTable(AccessHistory.B_PER_OCTAVE);

  private float decay = 1;
  private int sampling = 1;
  private int fittedTo;

  private int lastTime;
  private int period = FIRST_PERIOD;
  private int recomputations;
  private float eventsSince;
  private float eventWeight;

  private volatile IndexTable indices;
  /** Whether a recomputation was handed out and has not ended. */
  private volatile boolean underWay;

  Learner() {
    fit(1);
    indices = new IndexTable(a.tally(), b.tally(), 0); // no events yet: behaves as LRU
  }

  /** The result of the last recomputation. */
  IndexTable indices() {
    return indices;
  }

  /** Of this many keys and events, one is in the sample; a power of two. */
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

  /** Learns that a key of the sample was accessed again. */
  void returned(long word, int gap) {
    int bucket = ReuseAges.bucket(gap);
    a.returned(AccessHistory.classA(word), bucket);
    b.returned(AccessHistory.classB(word), bucket);
    eventsSince += sampling;
  }

  /** Learns that a key of the sample was forgotten at some age. */
  void forgotten(long word, int age) {
    int bucket = ReuseAges.bucket(age);
    a.forgotten(AccessHistory.classA(word), bucket);
    b.forgotten(AccessHistory.classB(word), bucket);
  }

  /** Fits horizon, rows and sample to the number of residents. */
  void fit(int residents) {
    decay = 1f / ((float) HALF_LIFE * Math.max(1, residents));
    if (residents > fittedTo) {
      fittedTo = residents + (residents >> 2);
      long horizon = Math.min(Integer.MAX_VALUE, (long) HORIZON * fittedTo);
      int buckets = ReuseAges.bucket((int) horizon) + 1;
      int rows = rows(residents);
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

  /** How many rows to use: small caches have too few events to fill many rows. */
  private static int rows(int residents) {
    return Math.min(MOST_ROWS, FEWEST_ROWS + residents / RESIDENTS_PER_ROW);
  }

  /** Whether enough time has passed, or enough has been learnt, to compute the indices again. */
  boolean due(int now, int residents) {
    if (underWay) {
      return false;
    }
    int passed = now - lastTime;
    if (passed < 0 || passed >= period || recomputations == 0) {
      return true;
    }
    float share = recomputations < EAGER_RECOMPUTATIONS ? 0.1f : 0.3f;
    return eventsSince >= Math.max(32, share * eventWeight)
        && passed >= Math.max(64, residents / 50);
  }

  /**
   * Begins to compute all indices: takes a copy of the counts, and decays them.
   *
   * @param waiting histories of keys that may still be accessed again, in addition to the counted ones
   * @return the rest of the work, to be run without the lock
   */
  Recomputation recompute(
      List<Recomputation.Waiting> waiting, float decayedWeight, int residents, int now) {
    underWay = true;
    var work = new Recomputation(this, a.tally(), b.tally(), decayedWeight, waiting, now);
    int passed = Math.max(0, now - lastTime);
    float memory = Math.max(SHORTEST_MEMORY, Math.min(residents, LONGEST_MEMORY));
    float factor = (float) Math.pow(FADING, passed / memory);
    a.fade(factor);
    b.fade(factor);
    eventWeight = (eventWeight + eventsSince) * factor;
    eventsSince = 0;
    lastTime = now;
    recomputations++;
    period = (int) Math.min(period * 2L, Math.max(LAST_PERIOD, Math.min(1 << 28, 4L * residents)));
    return work;
  }

  /** Publishes the result of a recomputation; from any thread. */
  void publish(IndexTable found) {
    indices = found;
  }

  /** Ends a recomputation, also a failed one; from any thread. */
  void ended() {
    underWay = false;
  }
}
