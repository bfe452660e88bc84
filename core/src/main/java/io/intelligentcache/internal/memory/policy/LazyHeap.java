package io.intelligentcache.internal.memory.policy;

import java.util.Arrays;

/**
 * A priority queue of slots whose ranks may rise behind its back.
 *
 * <p>The heap orders slots by the rank each had when it was last placed, its key. Because ranks only
 * rise, the slot at the top is the lowest if its rank has not moved since; otherwise it is placed
 * anew and the next one is looked at. So a hit costs nothing here: the work waits until an eviction
 * comes across it, and is done at most once for any number of hits. The arity of four halves the
 * depth against a binary heap and keeps the keys of siblings in one cache line or two.
 */
final class LazyHeap {
  private static final int ARITY = 4;
  private static final int ABSENT = -1;

  /**
   * The most slots placed anew in one search. Past it the lowest of those seen is taken, so that
   * one eviction after a burst of a million hits does not repay them all at once.
   */
  private static final int MOST_REPLACED = 512;

  private long[] keys = {};
  private int[] slots = {};
  private int[] position = {};
  private int size;

  void ensureSlots(int most) {
    int before = position.length;
    if (most > before) {
      keys = Arrays.copyOf(keys, most);
      slots = Arrays.copyOf(slots, most);
      position = Arrays.copyOf(position, most);
      Arrays.fill(position, before, most, ABSENT);
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(int slot, long rank) {
    up(size++, slot, rank);
  }

  /** Takes a slot out; nothing happens if it is not there. */
  void remove(int slot) {
    int hole = position[slot];
    if (hole == ABSENT) {
      return;
    }
    position[slot] = ABSENT;
    int last = --size;
    if (hole != last) {
      place(hole, slots[last], keys[last]);
    }
  }

  /**
   * Takes out the slot with the lowest rank.
   *
   * @param ranks as they are at this instant
   */
  int removeLowest(Policy.Marks ranks) {
    int lowest = slots[0];
    long lowestRank = Long.MAX_VALUE;
    for (int i = 0; i < MOST_REPLACED; i++) {
      int top = slots[0];
      long rank = ranks.of(top);
      if (rank <= lowestRank) {
        lowest = top;
        lowestRank = rank;
      }
      if (rank <= keys[0]) {
        break;
      }
      down(0, top, rank);
    }
    remove(lowest);
    return lowest;
  }

  /** Puts a slot where there is a hole, or as far above or below as it belongs. */
  private void place(int hole, int slot, long key) {
    if (hole > 0 && key < keys[(hole - 1) / ARITY]) {
      up(hole, slot, key);
    } else {
      down(hole, slot, key);
    }
  }

  private void up(int hole, int slot, long key) {
    int at = hole;
    while (at > 0) {
      int parent = (at - 1) / ARITY;
      if (keys[parent] <= key) {
        break;
      }
      set(at, slots[parent], keys[parent]);
      at = parent;
    }
    set(at, slot, key);
  }

  private void down(int hole, int slot, long key) {
    int at = hole;
    for (int child = at * ARITY + 1; child < size; child = at * ARITY + 1) {
      int least = child;
      for (int other = child + 1; other < Math.min(child + ARITY, size); other++) {
        if (keys[other] < keys[least]) {
          least = other;
        }
      }
      if (key <= keys[least]) {
        break;
      }
      set(at, slots[least], keys[least]);
      at = least;
    }
    set(at, slot, key);
  }

  private void set(int at, int slot, long key) {
    keys[at] = key;
    slots[at] = slot;
    position[slot] = at;
  }

  /** Bytes of heap per slot. */
  static final int BYTES_PER_SLOT = Integer.BYTES + Long.BYTES + Integer.BYTES;
}
