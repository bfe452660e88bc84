package io.intelligentcache.internal.memory;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Assigns small numbers, slots, to entries. The slot freed last is reused first, so that a new entry gets the
 * slot of the entry that was evicted for it.
 */
final class EntrySlots {
  private @Nullable MemoryEntry<?, ?>[] entries;
  private int[] free = {};
  int freeCount;
  private int used;

  EntrySlots(int first) {
    entries = new MemoryEntry<?, ?>[first];
  }

  /** Slots are below this limit until {@link #grow}. */
  int limit() {
    return entries.length;
  }

  /** One more than the highest slot that was ever assigned. */
  int used() {
    return used;
  }

  /** Whether {@link #settle} needs a slot at or above the limit. */
  boolean isFull() {
    return freeCount == 0 && used == entries.length;
  }

  void grow(int limit) {
    entries = Arrays.copyOf(entries, limit);
  }

  /** The entry in a slot, or null. */
  @Nullable
  MemoryEntry<?, ?> at(int slot) {
    return entries[slot];
  }

  /** Assigns a slot to an entry. */
  int settle(MemoryEntry<?, ?> entry) {
    int slot = freeCount > 0 ? free[--freeCount] : used++;
    replace(slot, entry);
    return slot;
  }

  /** Assigns a slot to another entry. */
  void replace(int slot, MemoryEntry<?, ?> entry) {
    entries[slot] = entry;
    entry.slot = slot;
  }

  /** Frees a slot. */
  MemoryEntry<?, ?> vacate(int slot) {
    MemoryEntry<?, ?> entry =
        requireNonNull(entries[slot], "a policy named a slot without an entry");
    entries[slot] = null;
    entry.slot = MemoryEntry.GONE;
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, Math.max(16, freeCount * 2));
    }
    free[freeCount++] = slot;
    return entry;
  }
}
