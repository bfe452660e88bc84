package io.intelligentcache.internal.memory;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Small numbers for entries, and which entry has which. The number freed last is given out first, so
 * that a newcomer takes the place of the one that left for it.
 */
final class EntrySlots {
  private @Nullable MemoryEntry<?, ?>[] entries;
  private int[] free = {};
  private int freeCount;
  private int used;

  EntrySlots(int first) {
    entries = new MemoryEntry<?, ?>[first];
  }

  /** The limit that numbers stay below until {@link #grow}. */
  int limit() {
    return entries.length;
  }

  /** One more than the highest number that was ever given out. */
  int used() {
    return used;
  }

  /** How many numbers have an entry. */
  int count() {
    return used - freeCount;
  }

  /** Whether {@link #settle} needs a number at or above the limit. */
  boolean isFull() {
    return freeCount == 0 && used == entries.length;
  }

  void grow(int limit) {
    entries = Arrays.copyOf(entries, limit);
  }

  /** The entry that has a number, or null. */
  @Nullable
  MemoryEntry<?, ?> at(int slot) {
    return entries[slot];
  }

  /** Gives an entry a number. */
  int settle(MemoryEntry<?, ?> entry) {
    int slot = freeCount > 0 ? free[--freeCount] : used++;
    replace(slot, entry);
    return slot;
  }

  /** Gives a number to another entry. */
  void replace(int slot, MemoryEntry<?, ?> entry) {
    entries[slot] = entry;
    entry.slot = slot;
  }

  /** Takes an entry's number back. */
  MemoryEntry<?, ?> vacate(int slot) {
    MemoryEntry<?, ?> entry =
        requireNonNull(entries[slot], "a policy named a slot that nobody has");
    entries[slot] = null;
    entry.slot = MemoryEntry.GONE;
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, Math.max(16, freeCount * 2));
    }
    free[freeCount++] = slot;
    return entry;
  }
}
