package io.intelligentcache.memory;

import java.util.Arrays;

/** Slot numbers, in the order in which a policy named them. */
final class Slots implements Policy.Victims {
  private int[] slots = new int[4];
  private int count;

  @Override
  public void leave(int slot) {
    if (count == slots.length) {
      slots = Arrays.copyOf(slots, count * 2);
    }
    slots[count++] = slot;
  }

  int count() {
    return count;
  }

  int get(int index) {
    return slots[index];
  }
}
