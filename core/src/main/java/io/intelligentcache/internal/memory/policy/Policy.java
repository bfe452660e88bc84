package io.intelligentcache.internal.memory.policy;

import org.jspecify.annotations.Nullable;

/**
 * Decides which entries leave memory.
 *
 * <p>Pure code: no threads, no clock of its own, no references to entries. An entry is a slot, a
 * small number that the engine gives out (the slot freed last is the first to be reused) and reuses
 * after {@link #remove} or after the slot was chosen by {@link #makeRoom}.
 * What a policy keeps per entry stands in primitive arrays indexed by slot, but for one number, the
 * mark, which the engine keeps in the entry, where a hit has it at hand. Because nothing here
 * depends on time or threads, a recorded trace replayed through a policy shows what production
 * would do.
 *
 * <p>{@link #hit} is called from any thread, without a lock, and must neither allocate nor block;
 * a race may lose that hit's record and nothing else. All other methods are called by one thread at
 * a time, under the engine's lock, and are O(1) or O(log n) amortised with a bounded worst case.
 */
public interface Policy {
  /**
   * Room is needed for slots up to a number. Called before any slot at or above the former limit
   * is used.
   *
   * @param slots one more than the highest slot number in use from here on
   */
  void ensureSlots(int slots);

  /**
   * Called once, before anything else.
   *
   * @param marks tells the marks of residents
   */
  default void attach(Marks marks) {}

  /**
   * An entry was read.
   *
   * @param slot which; may, rarely, have been freed or given to another entry a moment ago
   * @param mark the entry's mark
   * @return its mark from here on
   */
  long hit(int slot, long mark);

  /**
   * An entry came in.
   *
   * @param slot its number until it leaves
   * @param hash a well-mixed 64-bit hash of its key, to recognise it when it comes back
   * @param size its size, in the unit of the engine's capacity; positive
   * @return its mark
   */
  long add(int slot, long hash, long size);

  /**
   * The value of an entry was replaced. The {@link #hit} that this counts as comes before it.
   *
   * @param slot which
   * @param size its size from here on
   */
  void update(int slot, long size);

  /**
   * An entry left for another reason than room: invalidated, expired, cleared.
   *
   * @param slot which
   */
  void remove(int slot);

  /**
   * Chooses entries to leave. The policy forgets each slot as it names it, apart from what it
   * remembers of keys that left.
   *
   * <p>For a newcomer that the policy would not keep, it may answer false without naming anyone. If
   * it starts naming, the sizes it names add up to {@code need} or it has named every entry.
   *
   * @param need how much must leave at least; positive
   * @param hash hash of the newcomer for which room is made; 0 if {@code size} is 0
   * @param size size of the newcomer, or 0 if there is none (an entry grew, the budget shrank) and
   *     refusing is no answer
   * @param victims is told each slot that leaves
   * @return whether the newcomer is to be kept
   */
  boolean makeRoom(long need, long hash, long size, Victims victims);

  /**
   * How much a resident is worth keeping, to compare with others at the same instant.
   *
   * @param slot which
   * @param mark its mark
   * @return the higher, the more
   */
  int rank(int slot, long mark);

  /**
   * Work that is due and takes longer than a write should wait. Asked for under the lock, now and
   * then; what it returns is run once, by some thread, without the lock, while the other methods
   * go on being called. What it finds out counts from a later call on. Until it has run, there is
   * no other.
   *
   * @return the work, or null if there is none
   */
  default @Nullable Runnable chore() {
    return null;
  }

  /**
   * Bytes of heap that the policy's own tables take, for honest accounting.
   *
   * @return an estimate, within some per cent
   */
  long metadataBytes();

  /** Tells the marks of residents, as they are at this instant. */
  @FunctionalInterface
  interface Marks {
    /**
     * A resident's mark.
     *
     * @param slot its number
     * @return its mark
     */
    long of(int slot);
  }

  /** Is told who leaves. */
  @FunctionalInterface
  interface Victims {
    /**
     * An entry leaves.
     *
     * @param slot its number, free again after the call
     * @return its size
     */
    long leave(int slot);
  }
}
