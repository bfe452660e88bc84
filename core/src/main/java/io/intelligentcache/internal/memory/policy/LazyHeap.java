package io.intelligentcache.internal.memory.policy;

import java.util.Arrays;

/**
 * A priority queue of slots whose ranks may rise without a call to the queue.
 *
 * <p>The heap orders slots by key: the rank that a slot had when it was last placed. Ranks only rise. So the
 * slot at the top is the lowest if its rank has not changed since; otherwise it is placed again, and the next
 * one is looked at. So a hit costs nothing here: the work waits until an eviction finds the slot, and is done
 * at most once for any number of hits. The arity of four halves the depth compared with a binary heap, and
 * keeps the keys of siblings in one or two cache lines.
 */
final class LazyHeap {
  private static final int ARITY = 4;
  private static final int ABSENT = -1;

  /**
   * How many slots one search places again at most. Beyond that the lowest of those seen is taken, so that one
   * eviction after a burst of a million hits does not do the work for all of them at once.
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

  /** Removes a slot; does nothing if it is not there. */
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
   * Removes the slot with the lowest rank, and returns it.
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

  /** Places a slot at a hole in the heap, or as far above or below it as its key demands. */
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
}
