package io.intelligentcache.internal.memory;

import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Whose entries a table holds: knows what lies below memory.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public interface EvictionHandler<K, V> {
  /**
   * An entry has to leave, for room or because it has expired: hands it on, and {@linkplain
   * MemoryTable#discard discards} it. Called without any lock.
   *
   * @param entry the entry
   */
  void onEvicted(MemoryEntry<K, V> entry);

  /**
   * Writes an entry below, unless it is there; it stays in memory. Called without any lock. Does not throw.
   *
   * @param entry the entry
   * @param patient whether to wait, some ms more, where there is no room below for the moment
   * @return what became of it; done when the level below has answered
   */
  default CompletableFuture<Saved> save(MemoryEntry<K, V> entry, BooleanSupplier patient) {
    return CompletableFuture.completedFuture(Saved.NOTHING);
  }

  /** What became of an entry that was to be saved. */
  enum Saved {
    /** It has been written. */
    WRITTEN,
    /** There is nothing to write: it is below, or it has expired, or memory has another one by now. */
    NOTHING,
    /** What lies below takes nothing for a while: it is too slow, has failed, or spent its budget. */
    REFUSED,
    /** It can't be written at all: there are no bytes of it, or too many. */
    IMPOSSIBLE
  }
}
