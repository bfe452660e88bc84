package io.intelligentcache.internal.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Entries in the order of their worth, as it was at one instant; 8 bytes each. By the time that a caller asks
 * for one, its slot may have another entry, whose worth is unknown.
 *
 * <p>Not thread-safe.
 */
public final class RankedEntries {
  private static final int FIRST = 1_024;

  private final MemoryEngine engine;

  /** Rank and slot, in one number that sorts by rank. */
  private long[] ranked = new long[FIRST];

  private int size;
  private int looked;
  private long weight;

  RankedEntries(MemoryEngine engine) {
    this.engine = engine;
  }

  /** How many slots have been looked at. */
  int looked() {
    return looked;
  }

  void looked(int slots) {
    looked = slots;
  }

  void add(int slot, int rank, long entryWeight) {
    if (size == ranked.length) {
      ranked = Arrays.copyOf(ranked, size + (size >> 1));
    }
    ranked[size++] = ((long) rank << Integer.SIZE) | slot;
    weight += entryWeight;
  }

  void sort() {
    Arrays.sort(ranked, 0, size);
  }

  /** {@return how many there are} */
  public int size() {
    return size;
  }

  /** {@return what they weigh together} */
  public long weight() {
    return weight;
  }

  /**
   * One of the entries.
   *
   * @param i its place, 0 for the one that is worth least
   * @return the entry that is in its slot by now, or null
   */
  public @Nullable MemoryEntry<?, ?> at(int i) {
    return engine.at((int) ranked[i]);
  }
}
