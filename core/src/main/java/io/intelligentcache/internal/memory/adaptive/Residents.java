package io.intelligentcache.internal.memory.adaptive;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The policy's data of each entry in the cache, by slot: history, hash and size, 16 bytes.
 *
 * <p>Hits of any thread read and write histories; only the thread that holds the engine's lock uses the rest. A
 * bit set says which slots are resident (with a summary bit for each 64 slots, so that the next resident after
 * a slot is found in a few steps even if few are left). The histories do not say that: a late hit may leave a
 * history in a slot that has become free, where it does no harm.
 */
final class Residents {
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int SIZE_SHIFT = 16; // sizes from 2^31 on are kept in units of 64 KiB

  /** Replaced as a whole when it grows; hits that are written to the former array are lost. */
  private volatile long[] words = {};

  private int[] hashes = {};
  private int[] sizes = {};
  private long[] taken = {};
  private long[] summary = {};
  private int count;
  private int slots;

  /** Makes room for slots below a number. */
  void ensureSlots(int slots) {
    if (slots <= hashes.length) {
      return;
    }
    int length = Math.max(slots, hashes.length + (hashes.length >> 2)); // amortises steps of one
    hashes = Arrays.copyOf(hashes, length);
    sizes = Arrays.copyOf(sizes, length);
    taken = Arrays.copyOf(taken, (length + 63) >> 6);
    summary = Arrays.copyOf(summary, (taken.length + 63) >> 6);
    words = Arrays.copyOf(words, length);
  }

  /** How many entries are resident. */
  int count() {
    return count;
  }

  /** One more than the highest slot that was ever used. */
  int slots() {
    return slots;
  }

  /** The histories by slot. For one operation only, because the array is replaced when the table grows. */
  long[] words() {
    return words;
  }

  static long word(long[] words, int slot) {
    return (long) WORD.getOpaque(words, slot);
  }

  static void word(long[] words, int slot, long word) {
    WORD.setOpaque(words, slot, word);
  }

  void put(int slot, long word, int hash, long size) {
    word(words, slot, word);
    hashes[slot] = hash;
    resize(slot, size);
    mark(slot);
    slots = Math.max(slots, slot + 1);
  }

  int hash(int slot) {
    return hashes[slot];
  }

  /** The size of an entry; rounded down to 64 KiB from 2 GiB on. */
  long size(int slot) {
    int size = sizes[slot];
    return size >= 0 ? size : (size & 0x7FFF_FFFFL) << SIZE_SHIFT;
  }

  void resize(int slot, long size) {
    sizes[slot] = size <= Integer.MAX_VALUE
        ? (int) size
        : (int) Math.min(size >> SIZE_SHIFT, Integer.MAX_VALUE) | Integer.MIN_VALUE;
  }

  boolean has(int slot) {
    return ((taken[slot >> 6] >>> slot) & 1) != 0;
  }

  /** Which of eight slots are resident, as bits; {@code first} is a multiple of eight. */
  int eight(int first) {
    return (int) (taken[first >> 6] >>> first) & 0xFF;
  }

  void mark(int slot) {
    if (!has(slot)) {
      taken[slot >> 6] |= 1L << slot;
      summary[slot >> 12] |= 1L << (slot >> 6);
      count++;
    }
  }

  void unmark(int slot) {
    if (has(slot)) {
      int i = slot >> 6;
      taken[i] &= ~(1L << slot);
      if (taken[i] == 0) {
        summary[i >> 6] &= ~(1L << i);
      }
      count--;
    }
  }

  /** The first resident at or after a slot, wrapping around at the end; -1 if there is none at all. */
  int next(int slot) {
    if (count == 0) {
      return -1;
    }
    int i = slot >> 6;
    long here = taken[i] >>> slot;
    if (here != 0) {
      return slot + Long.numberOfTrailingZeros(here);
    }
    int group = i >> 6;
    long later = summary[group] & (-2L << i);
    while (later == 0) {
      group = group + 1 < summary.length ? group + 1 : 0;
      later = summary[group];
    }
    i = (group << 6) + Long.numberOfTrailingZeros(later);
    return (i << 6) + Long.numberOfTrailingZeros(taken[i]);
  }
}
