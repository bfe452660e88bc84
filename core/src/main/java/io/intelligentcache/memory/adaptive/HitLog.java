package io.intelligentcache.memory.adaptive;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hits on their way from the threads that made them to the tables, which belong to the lock's owner.
 *
 * <p>Holds a bounded number and drops what comes beyond, and a race may lose one: both mean that a
 * few events less are learnt from, out of a sample anyway.
 */
final class HitLog {
  private static final int PLACES = 512;

  private final long[] words = new long[PLACES];
  private final int[] slots = new int[PLACES];
  private final AtomicInteger count = new AtomicInteger();

  /**
   * Notes a hit, from any thread.
   *
   * @param word the history before the hit
   * @param gap accesses since the last one
   * @param slot which entry
   */
  void add(long word, int gap, int slot) {
    int place = count.getOpaque();
    if (place < PLACES) {
      words[place] = ((long) gap << 32) | (word & 0xFFFF_FFFFL);
      slots[place] = slot;
      count.setOpaque(place + 1);
    }
  }

  /** Empties the log into a reader; under the lock. */
  void drain(Reader reader) {
    int size = count.getOpaque();
    for (int i = 0; i < size; i++) {
      reader.hit(words[i], (int) (words[i] >>> 32), slots[i]);
    }
    if (size > 0) {
      count.setOpaque(0);
    }
  }

  long bytes() {
    return 12L * PLACES + 64;
  }

  /** Learns from hits. */
  interface Reader {
    /**
     * A hit.
     *
     * @param word the history before it; its time of last access is not to be used
     * @param gap accesses since the one before
     * @param slot which entry it was
     */
    void hit(long word, int gap, int slot);
  }
}
