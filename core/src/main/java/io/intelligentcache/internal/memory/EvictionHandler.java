package io.intelligentcache.internal.memory;

import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * The owner of a table's entries, which knows the tiers below memory.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public interface EvictionHandler<K, V> {
  /**
   * Handles an entry that is evicted for room or has expired: passes it on to the tiers below, and {@linkplain
   * MemoryTable#discard discards} it. Called without any lock.
   *
   * @param entry the entry
   */
  void onEvicted(MemoryEntry<K, V> entry);

  /**
   * Writes an entry to the tier below, unless it is there already; it stays in memory. Called without any lock.
   * Does not throw.
   *
   * @param entry the entry
   * @param patient whether to wait, some ms more, if the tier below has no room at the moment
   * @return the result; completes when the tier below has answered
   */
  default CompletableFuture<Saved> save(MemoryEntry<K, V> entry, BooleanSupplier patient) {
    return CompletableFuture.completedFuture(Saved.NOTHING);
  }

  /** The result of a save. */
  enum Saved {
    /** It has been written. */
    WRITTEN,
    /**
     * There is nothing to write: the tier below has it, it has expired, or memory has another entry for the key
     * by now.
     */
    NOTHING,
    /**
     * The tier below accepts nothing for a while: it is too slow, has failed, or has spent its write budget.
     */
    REFUSED,
    /** The entry can't be written at all: the codec can't encode it, or it has too many bytes. */
    IMPOSSIBLE
  }
}
