package io.intelligentcache.internal.memory.adaptive;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Buffers hits between the threads that made them and the tables, which only the thread that holds the engine's
 * lock may change.
 *
 * <p>Holds a bounded number of hits and drops the rest, and a race may lose one. Both mean that the policy
 * learns from slightly fewer events of what is a sample anyway.
 */
final class HitBuffer {
  private static final int FEWEST = 32;
  private static final int MOST = 512;

  /** An array of hits, and how many of its places are taken. */
  private static final class Page {
    private final long[] words;
    private final int[] slots;
    private final AtomicInteger count = new AtomicInteger(); // raced: a lost step loses a hit

    Page(int places) {
      words = new long[places];
      slots = new int[places];
    }
  }

  /** Replaced when it grows, under the lock; hits that are written to the former page are lost. */
  private volatile Page page = new Page(FEWEST);

  /**
   * Records a hit, from any thread.
   *
   * @param word the history before the hit
   * @param gap accesses to the cache since the last access to the key
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

  /** Passes all hits to a reader and clears the buffer; under the lock. */
  void drain(Reader reader) {
    Page from = page;
    int size = from.count.getOpaque();
    for (int i = 0; i < size; i++) {
      long entry = from.words[i];
      if (entry != 0) { // counted, but not yet written
        reader.hit(entry, (int) (entry >>> 32), from.slots[i]);
      }
    }
    if (size > 0) {
      from.count.setOpaque(0);
    }
  }

  /** Fits the buffer to the number of residents; under the lock, and only when it is drained. */
  void fit(int residents) {
    int places = Integer.highestOneBit(Math.max(FEWEST, Math.min(MOST, residents)));
    if (places > page.words.length) {
      page = new Page(places);
    }
  }

  /** Learns from hits. */
  interface Reader {
    /**
     * Receives a hit.
     *
     * @param word the history before it; its time of last access must not be used
     * @param gap accesses to the cache since the last access to the key
     * @param slot which entry it was
     */
    void hit(long word, int gap, int slot);
  }
}
