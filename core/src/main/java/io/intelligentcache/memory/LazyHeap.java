package io.intelligentcache.memory;

import java.util.Arrays;

/**
 * A priority queue of slots whose ranks may rise behind its back.
 *
 * <p>The heap orders slots by the rank each had when it was last placed. Because ranks only rise,
 * the slot at the top is the lowest if its rank has not moved since; otherwise it is placed anew
 * and the next one is looked at. So a hit costs nothing here: the work waits until an eviction comes
 * across it, and is done at most once for any number of hits. The arity of four halves the depth
 * against a binary heap and keeps siblings in one or two cache lines.
 */
final class LazyHeap {
  private static final int ARITY = 4;
  private static final int ABSENT = -1;

  /**
   * The most slots placed anew in one search. Past it the lowest of those seen is taken, so that
   * one eviction after a burst of a million hits does not repay them all at once.
   */
  private static final int MOST_REPLACED = 512;

  private int[] heap = new int[0];
  private long[] placedAt = new long[0];
  private int[] position = new int[0];
  private int size;

  void ensureSlots(int slots) {
    int before = position.length;
    if (slots > before) {
      heap = Arrays.copyOf(heap, slots);
      placedAt = Arrays.copyOf(placedAt, slots);
      position = Arrays.copyOf(position, slots);
      Arrays.fill(position, before, slots, ABSENT);
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  void add(int slot, long rank) {
    placedAt[slot] = rank;
    up(size++, slot);
  }

  /** Takes a slot out; nothing happens if it is not there. */
  void remove(int slot) {
    int hole = position[slot];
    if (hole == ABSENT) {
      return;
    }
    position[slot] = ABSENT;
    int last = heap[--size];
    if (last != slot) {
      up(hole, last);
      down(position[last], last);
    }
  }

  /**
   * Takes out the slot with the lowest rank.
   *
   * @param ranks by slot, as they are at this instant
   */
  int removeLowest(long[] ranks) {
    int lowest = heap[0];
    for (int i = 0; i < MOST_REPLACED; i++) {
      int top = heap[0];
      if (ranks[top] <= placedAt[top]) {
        lowest = top;
        break;
      }
      if (ranks[top] < ranks[lowest]) {
        lowest = top;
      }
      placedAt[top] = ranks[top];
      down(0, top);
    }
    remove(lowest);
    return lowest;
  }

  private void up(int from, int slot) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) / ARITY;
      if (placedAt[heap[parent]] <= placedAt[slot]) {
        break;
      }
      place(at, heap[parent]);
      at = parent;
    }
    place(at, slot);
  }

  private void down(int from, int slot) {
    int at = from;
    for (int child = at * ARITY + 1; child < size; child = at * ARITY + 1) {
      int least = child;
      for (int other = child + 1; other < Math.min(child + ARITY, size); other++) {
        if (placedAt[heap[other]] < placedAt[heap[least]]) {
          least = other;
        }
      }
      if (placedAt[slot] <= placedAt[heap[least]]) {
        break;
      }
      place(at, heap[least]);
      at = least;
    }
    place(at, slot);
  }

  private void place(int at, int slot) {
    heap[at] = slot;
    position[slot] = at;
  }

  /** Bytes of heap per slot. */
  static final int BYTES_PER_SLOT = Integer.BYTES + Long.BYTES + Integer.BYTES;
}
