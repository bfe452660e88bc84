package io.intelligentcache.internal.memory;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Changes of tables that the engine has not accounted yet, in the order in which they were made.
 *
 * <p>A stack. Writers push to it with one compare-and-set; the thread that holds the engine's lock takes it as
 * a whole. Each change knows how many changes are below it and how much they weigh, so that a writer sees when
 * it must wait.
 */
final class PendingChanges {
  /** An entry was stored, replaced another, or was removed; at least one of the two is not null. */
  static final class Change {
    /** The entry that was stored in the table, or null. */
    final @Nullable MemoryEntry<?, ?> entry;

    /** The entry that was replaced or removed, or null. */
    final @Nullable MemoryEntry<?, ?> old;

    /** The hash of the key of the stored entry. */
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
   * @return whether more changes, or more weight, than these limits are pending
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

  /** Takes all changes; returns the oldest, from which {@code next} leads to later ones. */
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
