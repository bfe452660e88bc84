package io.intelligentcache.internal.memory.adaptive;

import java.util.List;

/**
 * Computes all indices, without the lock.
 *
 * <p>The counts are a copy. Keys that may still be accessed again are read from the live tables: from each
 * table some evenly spread histories. Hits and misses may change the histories meanwhile. That does no harm,
 * because each history is one word, and it does not matter which keys are in the sample. Takes 0.1 to 0.4 ms,
 * whatever the cache's size.
 *
 * <p>Computes all rows each time, because the ages of waiting keys change even in classes without events.
 */
final class Recomputation implements Runnable {
  private static final int LOOK_AT = 1024;

  /**
   * Histories of keys that may still be accessed again.
   *
   * @param words the histories; 0 for none
   * @param places how many places to look at
   * @param weight how many keys one history represents
   */
  record Waiting(long[] words, int places, float weight) {}

  private final Learner learner;
  private final HazardEstimate a;
  private final HazardEstimate b;
  private final float decayedWeight;
  private final List<Waiting> waiting;
  private final int now;

  Recomputation(
      Learner learner,
      HazardEstimate a,
      HazardEstimate b,
      float decayedWeight,
      List<Waiting> waiting,
      int now) {
    this.learner = learner;
    this.a = a;
    this.b = b;
    this.decayedWeight = decayedWeight;
    this.waiting = waiting;
    this.now = now;
  }

  @Override
  public void run() {
    try {
      waiting.forEach(this::count);
      learner.publish(new IndexTable(a, b, decayedWeight));
    } finally {
      learner.ended(); // also after a failure: it is tried again, with what was learnt until then
    }
  }

  private void count(Waiting of) {
    int looks = Math.min(of.places, LOOK_AT);
    float weight = of.weight * of.places / looks;
    long start = (now * 0x9E37_79B9L & 0xFFFF_FFFFL) % Math.max(1, of.places); // start varies
    for (int i = 0; i < looks; i++) {
      long word = Residents.word(of.words, (int) (((long) i * of.places + start) / looks));
      if (word != 0) {
        int bucket = ReuseAges.bucket(ReuseAges.between(AccessHistory.last(word), now));
        a.waiting(AccessHistory.classA(word), bucket, weight);
        b.waiting(AccessHistory.classB(word), bucket, weight);
      }
    }
  }
}
