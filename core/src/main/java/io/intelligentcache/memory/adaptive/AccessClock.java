package io.intelligentcache.memory.adaptive;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts accesses: the only time the policy knows.
 *
 * <p>Threads count on stripes of their own and pass on what they counted in steps, so that a hit
 * does not fetch a cache line from another core. For one thread the clock is exact; among threads
 * it is off by at most a step for each. Steps stay far below the cache's size: in steps of a tenth
 * of it, several points of hit ratio are lost. It wraps after 2^32 accesses.
 */
final class AccessClock {
  private static final int STRIPES =
      Integer.highestOneBit(Math.min(64, 4 * Runtime.getRuntime().availableProcessors()));
  private static final int APART = 4; // a cache line of ints, as a shift
  private static final int LONGEST_STEP = 16;

  /** A race of two threads on one stripe loses a count. */
  private final int[] stripes = new int[STRIPES << APART];

  private final AtomicInteger passedOn = new AtomicInteger();

  private int step = 1;

  /** Sets how many accesses a thread counts before it passes them on; under the lock. */
  void resize(int residents) {
    step = Math.max(1, Math.min(LONGEST_STEP, Integer.highestOneBit(residents >> 7)));
  }

  /** Counts an access and tells its time; from any thread. */
  int tick() {
    int stripe = stripe();
    int own = stripes[stripe] + 1;
    stripes[stripe] = own;
    int size = step;
    int part = own & (size - 1);
    return part == 0 ? passedOn.getAndAdd(size) + size : passedOn.getOpaque() + part;
  }

  /** The time of the latest access that this thread can know of. */
  int now() {
    return passedOn.getOpaque() + (stripes[stripe()] & (step - 1));
  }

  private static int stripe() {
    return ((int) Thread.currentThread().getId() & (STRIPES - 1)) << APART;
  }

  long bytes() {
    return 4L * stripes.length + 64;
  }
}
