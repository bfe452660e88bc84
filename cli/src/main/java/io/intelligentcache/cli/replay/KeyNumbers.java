package io.intelligentcache.cli.replay;

import java.util.Arrays;

/**
 * Numbers keys from 0 in the order of their first request. A hash table with open
 * addressing, without removal.
 */
final class KeyNumbers {
  private static final int FIRST_ROOM = 1 << 12;

  private Object[] keys = new Object[FIRST_ROOM];
  private int count;

  /** A key's number plus one, or 0 for a free slot. At most half of the slots are used. */
  private int[] slots = new int[2 * FIRST_ROOM];

  int numberOf(Object key) {
    int slot = find(key);
    if (slots[slot] == 0) {
      if (count == keys.length) {
        grow();
        slot = find(key);
      }
      keys[count++] = key;
      slots[slot] = count;
    }
    return slots[slot] - 1;
  }

  Object key(int number) {
    return keys[number];
  }

  int count() {
    return count;
  }

  private int find(Object key) {
    int mask = slots.length - 1;
    int slot = spread(key.hashCode()) & mask;
    while (slots[slot] != 0 && !keys[slots[slot] - 1].equals(key)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    keys = Arrays.copyOf(keys, Math.multiplyExact(2, keys.length));
    slots = new int[Math.multiplyExact(2, keys.length)];
    for (int number = 0; number < count; number++) {
      slots[find(keys[number])] = number + 1;
    }
  }

  /**
   * Spreads hash codes. Numeric keys often have a constant distance; the
   * multiplication breaks this pattern.
   */
  private static int spread(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed ^ (mixed >>> 15);
  }
}
