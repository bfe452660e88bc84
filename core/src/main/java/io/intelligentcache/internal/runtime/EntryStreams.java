package io.intelligentcache.internal.runtime;

import io.intelligentcache.CacheEntry;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.MemoryEntry.Stage;
import io.intelligentcache.internal.memory.MemoryTable;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Streams of what a key space has in memory. They read one chain of the table at a time, and change nothing: no
 * recency, no counter, no stage of an entry's life.
 */
public final class EntryStreams {
  private EntryStreams() {}

  /** The keys that have a value that has not expired. */
  public static <K, V> Stream<K> keys(Keyspace<K, V> space, Supplier<MemoryTable<K, V>> table) {
    return all(table)
        .filter(entry -> isLive(entry, space.runtime.time().nanos()))
        .map(MemoryEntry::key);
  }

  /** The entries that have not expired and are not suspect. */
  public static <K, V> Stream<CacheEntry<K, V>> entries(
      Keyspace<K, V> space, Supplier<MemoryTable<K, V>> table) {
    return all(table).mapMulti((entry, out) -> {
      long now = space.runtime.time().nanos(); // one instant, so that the time left is positive
      if (isLive(entry, now) && !space.isSuspect(entry)) {
        out.accept(new EntryLookup.Listed<>(
            entry.key(),
            entry.value(),
            entry.expires() ? Duration.ofNanos(entry.remainingNanos(now)) : null));
      }
    });
  }

  /** The entries of the table that is in use when the traversal begins: that of an idle tenant is another one later. */
  private static <K, V> Stream<MemoryEntry<K, V>> all(Supplier<MemoryTable<K, V>> table) {
    return StreamSupport.stream(() -> table.get().entries().spliterator(), 0, false);
  }

  private static boolean isLive(MemoryEntry<?, ?> entry, long now) {
    return !entry.isAbsence() && entry.stage(now) == Stage.FRESH;
  }
}
