package io.intelligentcache.internal.memory.size;

/**
 * The number of slots that the JDK's collections allocate for a number of elements if they grew one element at
 * a time. The real capacity can't be read: a list that was created with its final size has fewer slots, one
 * that shrank has more.
 */
final class GrowthSlack {
  private GrowthSlack() {}

  /** Of an {@link java.util.ArrayList}: ten, then half as many again. */
  static int list(int size) {
    if (size == 0) {
      return 0;
    }
    int slots = 10;
    while (slots < size) {
      slots += slots >> 1;
    }
    return slots;
  }

  /** Of an {@link java.util.ArrayDeque}, always with a free slot. */
  static int deque(int size) {
    int slots = 17;
    while (slots <= size) {
      slots += slots < 64 ? slots + 2 : slots >> 1;
    }
    return slots;
  }

  /** Of a {@link java.util.PriorityQueue}. */
  static int heap(int size) {
    int slots = 11;
    while (slots < size) {
      slots += slots < 64 ? slots + 2 : slots >> 1;
    }
    return slots;
  }

  /** Of a {@link java.util.HashMap}: a power of two, three quarters full at most. */
  static int hashTable(int size) {
    if (size == 0) {
      return 0;
    }
    long slots = 16;
    while (slots * 3 / 4 < size) {
      slots *= 2;
    }
    return (int) Math.min(slots, 1 << 30);
  }

  /** Of a {@link java.util.concurrent.ConcurrentHashMap}, which grows when it is three quarters full. */
  static int concurrentTable(int size) {
    return size == 0 ? 0 : hashTable(size + 1);
  }
}
