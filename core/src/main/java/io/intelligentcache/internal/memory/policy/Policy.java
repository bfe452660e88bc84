package io.intelligentcache.internal.memory.policy;

import org.jspecify.annotations.Nullable;

/**
 * Chooses which entries are evicted from memory.
 *
 * <p>Pure code: no threads, no clock of its own, no references to entries. An entry is represented by a slot, a
 * small number that the engine assigns (the slot freed last is reused first) and reuses after {@link #remove},
 * or after {@link #makeRoom} chose the slot. A policy keeps its data per entry in primitive arrays indexed by
 * slot. The exception is one number, the mark, which the engine keeps in the entry, where a hit can reach it
 * cheaply. Nothing here depends on time or threads, so replaying a recorded trace through a policy shows what
 * production would do.
 *
 * <p>{@link #hit} is called from any thread, without a lock, and must neither allocate nor block; a race may
 * lose the record of that hit and nothing else. All other methods are called by one thread at a time, under the
 * engine's lock, and are O(1) or O(log n) amortised with a bounded worst case.
 */
public interface Policy {
  /**
   * Makes room for slots up to a number. Called before any slot at or above the former limit is used.
   *
   * @param slots one more than the highest slot number in use from here on
   */
  void ensureSlots(int slots);

  /**
   * Called once, before anything else.
   *
   * @param marks reads the marks of residents
   */
  default void attach(Marks marks) {}

  /**
   * An entry was read.
   *
   * @param slot which; rarely, it has been freed or given to another entry a moment ago
   * @param mark the entry's mark
   * @return its mark from here on
   */
  long hit(int slot, long mark);

  /**
   * An entry was stored in memory.
   *
   * @param slot its number until it is removed
   * @param hash a well-mixed 64-bit hash of its key, to recognise the key when it returns
   * @param size its size, in the unit of the engine's capacity; positive
   * @return its mark
   */
  long add(int slot, long hash, long size);

  /**
   * The value of an entry was replaced. This counts as a {@link #hit}, which is called before it.
   *
   * @param slot which
   * @param size its size from here on
   */
  void update(int slot, long size);

  /**
   * An entry was removed for another reason than room: invalidated, expired, cleared.
   *
   * @param slot which
   */
  void remove(int slot);

  /**
   * Chooses entries to evict. The policy forgets each slot when it reports it, except what it remembers of
   * evicted keys.
   *
   * <p>If the policy would not keep the new entry, it may return false without reporting a victim. If it
   * reports any victim, the sizes of the victims add up to {@code need}, or it has reported every entry.
   *
   * @param need how much must be freed at least; positive
   * @param hash hash of the new entry for which room is made; 0 if {@code size} is 0
   * @param size size of the new entry, or 0 if there is none (an entry grew, the budget shrank); then the
   *     policy can't refuse
   * @param victims receives each slot that is evicted
   * @return whether the new entry should be kept
   */
  boolean makeRoom(long need, long hash, long size, Victims victims);

  /**
   * How much a resident is worth keeping, to compare it with others at the same instant.
   *
   * @param slot which
   * @param mark its mark
   * @return the higher, the more
   */
  int rank(int slot, long mark);

  /**
   * Returns work that is due and takes longer than a write should wait. The engine asks from time to time,
   * under the lock. It runs the returned work once, on some thread, without the lock, while the other methods
   * go on being called. The result of the work takes effect at a later call. Until the work has run, this
   * returns null.
   *
   * @return the work, or null if there is none
   */
  default @Nullable Runnable chore() {
    return null;
  }

  /** Reads the marks of residents, as they are at this instant. */
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

  /** Receives the victims. */
  @FunctionalInterface
  interface Victims {
    /**
     * Evicts an entry.
     *
     * @param slot its number, free again after the call
     * @return its size
     */
    long leave(int slot);
  }
}
