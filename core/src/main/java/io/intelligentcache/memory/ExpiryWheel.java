package io.intelligentcache.memory;

import java.util.Arrays;

/**
 * Finds entries that have expired without looking at others: a hierarchical timing wheel (Varghese
 * and Lauck, "Hashed and hierarchical timing wheels", SOSP 1987).
 *
 * <p>A level is a ring of 64 buckets; a bucket of the first level is a tick of 67 ms long, one of
 * each further level 64 times as long as on the level below. An entry stands on the lowest level
 * whose ring reaches its deadline, and moves down as time comes near. So it is moved four times at
 * most, in whatever time it lives, and seen within two ticks of its deadline, never before.
 *
 * <p>Entries are slots, linked through two arrays that are only there once something expires. Not
 * thread-safe.
 */
final class ExpiryWheel {
  /** Tells when entries expire. */
  @FunctionalInterface
  interface Deadlines {
    /** The deadline of the entry in a slot. */
    long ofNanos(int slot);
  }

  /** Is told who has expired. */
  @FunctionalInterface
  interface Expired {
    /** The entry in a slot has expired; it is no longer in the wheel. */
    void leave(int slot);
  }

  private static final int TICK_SHIFT = 26;
  private static final int RING_SHIFT = 6;
  private static final int RING = 1 << RING_SHIFT;
  private static final int LEVELS = 5;
  private static final int NOBODY = -1;

  private final Deadlines deadlines;
  private final long startNanos;

  /** The first slot of each bucket, level by level. */
  private final int[] first = new int[LEVELS * RING];

  /** Which buckets of a level have somebody. */
  private final long[] occupied = new long[LEVELS];

  private int[] next = {};

  /** The slot before, or {@code ~bucket} for the first of a bucket. Nothing for who does not expire. */
  private int[] before = {};

  private static final int UNSCHEDULED = Integer.MIN_VALUE;

  /** Ticks that are over. */
  private long tick;

  private int count;

  /**
   * Makes an empty wheel.
   *
   * @param deadlines tells the deadlines of scheduled slots
   * @param nowNanos the clock
   */
  ExpiryWheel(Deadlines deadlines, long nowNanos) {
    this.deadlines = deadlines;
    this.startNanos = nowNanos;
    Arrays.fill(first, NOBODY);
  }

  /** How many entries are waiting. */
  int count() {
    return count;
  }

  boolean contains(int slot) {
    return slot < before.length && before[slot] != UNSCHEDULED;
  }

  /** Will tell when the entry of a slot, which is not in the wheel, expires. */
  void schedule(int slot, int slots) {
    if (slots > next.length) {
      int known = next.length;
      next = Arrays.copyOf(next, slots);
      before = Arrays.copyOf(before, slots);
      Arrays.fill(before, known, slots, UNSCHEDULED);
    }
    count++;
    place(slot);
  }

  /** Forgets a slot, if it is in the wheel. */
  void cancel(int slot) {
    if (contains(slot)) {
      count--;
      unlink(slot);
    }
  }

  /**
   * Sees off who has expired.
   *
   * @param nowNanos the clock
   * @param most how many entries to look at, which bounds the time that it takes
   * @return whether it came to an end; if not, call again
   */
  boolean advance(long nowNanos, int most, Expired expired) {
    long target = (nowNanos - startNanos) >> TICK_SHIFT;
    int left = most;
    while (tick < target) {
      for (int level = LEVELS - 1; level > 0; level--) {
        left = moveDown(level, left);
      }
      int bucket = (int) tick & (RING - 1);
      while (left > 0 && first[bucket] != NOBODY) {
        int slot = first[bucket];
        cancel(slot);
        expired.leave(slot);
        left--;
      }
      if (left <= 0) {
        return false;
      }
      step(target);
    }
    return true;
  }

  /** Goes to the next tick at which there is something to do. */
  private void step(long target) {
    if (count == 0) {
      tick = target;
    } else if (occupied[0] == 0) {
      tick = Math.min(target, ((tick >> RING_SHIFT) + 1) << RING_SHIFT);
    } else {
      tick++;
    }
  }

  /** Moves those whose time is near down from the bucket of a level that time has reached. */
  private int moveDown(int level, int most) {
    int bucket = level * RING + ((int) (tick >> (level * RING_SHIFT)) & (RING - 1));
    int left = most;
    while (left > 0 && first[bucket] != NOBODY) {
      int slot = first[bucket];
      unlink(slot);
      place(slot);
      left--;
    }
    return left;
  }

  private void place(int slot) {
    long due = (deadlines.ofNanos(slot) - startNanos) >> TICK_SHIFT;
    long at = Math.max(due, tick);
    for (int level = 0; level < LEVELS; level++) {
      long here = tick >> (level * RING_SHIFT);
      long there = at >> (level * RING_SHIFT);
      if (there - here < RING || level == LEVELS - 1) {
        long reached = Math.min(there, here + RING - 1);
        link(slot, level * RING + ((int) reached & (RING - 1)));
        return;
      }
    }
  }

  private void link(int slot, int bucket) {
    int head = first[bucket];
    next[slot] = head;
    before[slot] = ~bucket;
    if (head != NOBODY) {
      before[head] = slot;
    }
    first[bucket] = slot;
    occupied[bucket >> RING_SHIFT] |= 1L << bucket;
  }

  private void unlink(int slot) {
    int after = next[slot];
    int prior = before[slot];
    if (after != NOBODY) {
      before[after] = prior;
    }
    if (prior >= 0) {
      next[prior] = after;
    } else {
      int bucket = ~prior;
      first[bucket] = after;
      if (after == NOBODY) {
        occupied[bucket >> RING_SHIFT] &= ~(1L << bucket);
      }
    }
    before[slot] = UNSCHEDULED;
  }

  long bytes() {
    return 8L * next.length + 4L * first.length + 8L * LEVELS + 120;
  }
}
