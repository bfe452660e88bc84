package io.intelligentcache.internal.memory.adaptive;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hits on their way from the threads that made them to the tables, which belong to the lock's owner.
 *
 * <p>Holds a bounded number and drops what comes beyond, and a race may lose one: both mean that a
 * few events less are learnt from, out of a sample anyway.
 */
final class HitBuffer {
  private static final int FEWEST = 32;
  private static final int MOST = 512;

  /** Places for hits, and how many are taken. */
  private static final class Page {
    private final long[] words;
    private final int[] slots;
    private final AtomicInteger count = new AtomicInteger(); // raced: a lost step loses a hit

    Page(int places) {
      words = new long[places];
      slots = new int[places];
    }
  }

  /** Replaced when it grows, under the lock; hits that write to the former one are lost. */
  private volatile Page page = new Page(FEWEST);

  /**
   * Notes a hit, from any thread.
   *
   * @param word the history before the hit
   * @param gap accesses since the last one
   * @param slot which entry
   */
  void add(long word, int gap, int slot) {
    Page to = page;
    int place = to.count.getOpaque();
    if (place < to.words.length) {
      to.words[place] = ((long) gap << 32) | (word & 0xFFFF_FFFFL);
      to.slots[place] = slot;
      to.count.setOpaque(place + 1);
    }
  }

  /** Empties the log into a reader; under the lock. */
  void drain(Reader reader) {
    Page from = page;
    int size = from.count.getOpaque();
    for (int i = 0; i < size; i++) {
      long entry = from.words[i];
      if (entry != 0) { // counted, but its writer's store is not here yet
        reader.hit(entry, (int) (entry >>> 32), from.slots[i]);
      }
    }
    if (size > 0) {
      from.count.setOpaque(0);
    }
  }

  /** Makes the log fit the number of residents; under the lock, and when it is drained. */
  void fit(int residents) {
    int places = Integer.highestOneBit(Math.max(FEWEST, Math.min(MOST, residents)));
    if (places > page.words.length) {
      page = new Page(places);
    }
  }

  long bytes() {
    return 12L * page.words.length + 100;
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
