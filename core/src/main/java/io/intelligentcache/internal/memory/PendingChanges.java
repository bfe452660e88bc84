package io.intelligentcache.internal.memory;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Changes of tables on their way into the engine's books, in the order in which they were made.
 *
 * <p>A stack that writers push to with one compare-and-set, and that whoever holds the engine's lock
 * takes as a whole. Each change knows how many lie below it and how much they weigh, so that a
 * writer sees when it is time to wait.
 */
final class PendingChanges {
  /** An entry came, replaced another, or left; at least one of the two is there. */
  static final class Change {
    /** What came into the table, or null. */
    final @Nullable MemoryEntry<?, ?> entry;

    /** What left the table for it, or null. */
    final @Nullable MemoryEntry<?, ?> old;

    /** The hash of the key of what came. */
    final long hash;

    private int count = 1;
    private long weight;

    /** The change made before this one; once taken, the one made after it. */
    @Nullable
    Change next;

    Change(@Nullable MemoryEntry<?, ?> entry, @Nullable MemoryEntry<?, ?> old, long hash) {
      this.entry = entry;
      this.old = old;
      this.hash = hash;
    }

    private void putOn(@Nullable Change below) {
      next = below;
      count = below == null ? 1 : below.count + 1;
      weight = (below == null ? 0 : below.weight) + (entry == null ? 0 : entry.weight());
    }
  }

  private final AtomicReference<@Nullable Change> top = new AtomicReference<>();

  /**
   * Adds a change.
   *
   * @return whether more is pending than a number of changes or a weight
   */
  boolean push(Change change, int mostChanges, long mostWeight) {
    Change below;
    do {
      below = top.get();
      change.putOn(below);
    } while (!top.compareAndSet(below, change));
    return change.count > mostChanges || change.weight > mostWeight;
  }

  boolean isEmpty() {
    return top.get() == null;
  }

  /** Takes all changes out; the oldest, from which {@code next} leads to younger ones. */
  @Nullable
  Change takeAll() {
    Change younger = top.getAndSet(null);
    Change oldest = null;
    while (younger != null) {
      Change older = younger.next;
      younger.next = oldest;
      oldest = younger;
      younger = older;
    }
    return oldest;
  }
}
