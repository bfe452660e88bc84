package io.intelligentcache.internal.memory;

import java.util.Arrays;

/**
 * A hierarchical timing wheel: finds expired entries without looking at many others (Varghese and Lauck,
 * "Hashed and hierarchical timing wheels", SOSP 1987).
 *
 * <p>A level is a ring of 64 buckets. A bucket of the first level is one tick of 67 ms long; a bucket of each
 * further level is 64 times as long as one of the level below. When time reaches a bucket, the wheel looks at
 * its slots: the entry of a slot has expired, or the slot moves to the lowest level whose ring reaches the
 * entry's deadline. So an expiry is found within two ticks after the deadline, never before it.
 *
 * <p>If the entry of a slot is removed, or replaced by one that lives longer, the slot stays in its bucket
 * until time reaches it. So when all entries live equally long, most writes cost nothing here.
 *
 * <p>Slots are linked through arrays, which are allocated when the first expiring entry is scheduled. Not
 * thread-safe.
 */
final class ExpiryWheel {
  /** The deadline of entries that do not expire. */
  static final long NEVER = Long.MIN_VALUE;

  /** Knows when entries expire. */
  @FunctionalInterface
  interface Deadlines {
    /** The deadline of the entry in a slot, or {@link #NEVER}. */
    long ofNanos(int slot);
  }

  /** Called for each expired entry. */
  @FunctionalInterface
  interface Expired {
    /** The entry in a slot has expired. */
    void leave(int slot);
  }

  private static final int TICK_SHIFT = 26;
  private static final int RING_SHIFT = 6;
  private static final int RING = 1 << RING_SHIFT;
  private static final int LEVELS = 5;
  private static final int NOBODY = -1;
  private static final short UNLINKED = -1;

  private final Deadlines deadlines;
  private final long startNanos;

  /** The first slot of each bucket, level by level. */
  private final int[] first = new int[LEVELS * RING];

  private int[] next = {};

  private int[] before = {};

  /** The bucket that a slot is in, or {@link #UNLINKED}. */
  private short[] bucketOf = {};

  /** How many ticks have been processed. */
  private long tick;

  private int linked;

  /** A bit for each bucket of the first level that is not empty. */
  private long soon;

  /**
   * Makes an empty wheel.
   *
   * @param deadlines knows the deadlines of scheduled slots
   * @param nowNanos the clock
   */
  ExpiryWheel(Deadlines deadlines, long nowNanos) {
    this.deadlines = deadlines;
    this.startNanos = nowNanos;
    Arrays.fill(first, NOBODY);
  }

  /** Whether the expiry of a slot's entry will be found in time. */
  boolean awaits(int slot) {
    return slot < bucketOf.length
        && bucketOf[slot] != UNLINKED
        && reaches(bucketOf[slot]) <= Math.max(tick, due(slot));
  }

  /**
   * The tick at which time reaches a bucket. Not in the future if the bucket is due and has not been processed.
   */
  private long reaches(int bucket) {
    int shift = (bucket >> RING_SHIFT) * RING_SHIFT;
    long here = tick >> shift;
    return (here + ((bucket - here) & (RING - 1))) << shift;
  }

  /**
   * Schedules the expiry of the entry in a slot.
   *
   * @param slots one more than the highest slot there may be at present
   */
  void schedule(int slot, int slots) {
    if (slots > next.length) {
      int known = next.length;
      next = Arrays.copyOf(next, slots);
      before = Arrays.copyOf(before, slots);
      bucketOf = Arrays.copyOf(bucketOf, slots);
      Arrays.fill(bucketOf, known, slots, UNLINKED);
    }
    if (!awaits(slot)) {
      unlink(slot);
      place(slot);
    }
  }

  /**
   * Reports the entries that have expired.
   *
   * @param nowNanos the clock
   * @param most how many slots to look at, which bounds the time that it takes
   * @return true if all expired entries were reported; if false, call again
   */
  boolean advance(long nowNanos, int most, Expired expired) {
    long target = (nowNanos - startNanos) >> TICK_SHIFT;
    int left = most;
    while (tick < target) {
      for (int level = LEVELS - 1; level >= 0; level--) {
        left = look(level, left, expired);
      }
      if (left <= 0) {
        return false;
      }
      step(target);
    }
    return true;
  }

  /** Advances to the next tick at which there may be something to do. */
  private void step(long target) {
    if (linked == 0) {
      tick = target;
    } else if (soon == 0) {
      tick = Math.min(target, ((tick >> RING_SHIFT) + 1) << RING_SHIFT);
    } else {
      tick++;
    }
  }

  /**
   * Processes the current bucket of a level: expired entries are reported, the other slots move to another
   * bucket.
   */
  private int look(int level, int most, Expired expired) {
    int bucket = level * RING + ((int) (tick >> (level * RING_SHIFT)) & (RING - 1));
    int left = most;
    while (left > 0 && first[bucket] != NOBODY) {
      int slot = first[bucket];
      unlink(slot);
      long deadline = deadlines.ofNanos(slot);
      if (deadline != NEVER) {
        if (level == 0 && due(slot) <= tick) {
          expired.leave(slot);
        } else {
          place(slot);
        }
      }
      left--;
    }
    return left;
  }

  private long due(int slot) {
    return (deadlines.ofNanos(slot) - startNanos) >> TICK_SHIFT;
  }

  private void place(int slot) {
    long at = Math.max(due(slot), tick);
    for (int level = 0; level < LEVELS; level++) {
      int shift = level * RING_SHIFT;
      long here = tick >> shift;
      long there = at >> shift;
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
    before[slot] = NOBODY;
    bucketOf[slot] = (short) bucket;
    if (head != NOBODY) {
      before[head] = slot;
    }
    first[bucket] = slot;
    linked++;
    if (bucket < RING) {
      soon |= 1L << bucket;
    }
  }

  private void unlink(int slot) {
    int bucket = bucketOf[slot];
    if (bucket == UNLINKED) {
      return;
    }
    int after = next[slot];
    int prior = before[slot];
    if (after != NOBODY) {
      before[after] = prior;
    }
    if (prior != NOBODY) {
      next[prior] = after;
    } else {
      first[bucket] = after;
      if (after == NOBODY && bucket < RING) {
        soon &= ~(1L << bucket);
      }
    }
    bucketOf[slot] = UNLINKED;
    linked--;
  }
}
