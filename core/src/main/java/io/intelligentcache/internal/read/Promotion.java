package io.intelligentcache.internal.read;

import io.intelligentcache.Found;
import io.intelligentcache.Found.Origin;
import io.intelligentcache.internal.coherence.SingleFlight.Flight;
import io.intelligentcache.internal.memory.CopyStamp;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.stats.CacheCounters.Event;
import io.intelligentcache.internal.time.Expiry;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.TierKey;
import org.jspecify.annotations.Nullable;

/**
 * Copies what a tier below has up into memory. Callers get what was found even if a weigher or a key can't cope with it;
 * what can't be read is absent.
 */
final class Promotion<K, V> {
  private final Keyspace<K, V> space;

  Promotion(Keyspace<K, V> space) {
    this.space = space;
  }

  /**
   * Reads an item and copies it up, unless its key has changed since it was asked for.
   *
   * @param flight what asked for it
   * @param asOf since when it is what Redis has
   * @param replaced what is in memory and known to be no better, or null
   * @return what it says, or null if it has expired or can't be read
   */
  @Nullable
  Found<V> promote(
      Flight<K, ?> flight,
      TierKey below,
      Item item,
      Origin origin,
      long asOf,
      @Nullable MemoryEntry<K, V> replaced) {
    if (item.expired(space.runtime.time().epochMillis())) {
      return null;
    }
    V value = item.isAbsence() ? null : space.decode(item);
    boolean readable = value != null || item.isAbsence();
    try {
      if (readable) {
        copyUp(flight, value, item, origin, space.stampOf(below, asOf, item.version()), replaced);
      } else if (origin == Origin.DISK) {
        space.forgetOnDisk(flight, below); // or it would be read again each time
      }
    } catch (Throwable failure) {
      space.onUnstored(failure);
    }
    if (!readable) {
      return null;
    }
    return value == null ? Answers.absent(origin) : Answers.from(origin, value);
  }

  /** Copies up a value, or, where that is null, that there is none. */
  private void copyUp(
      Flight<K, ?> flight,
      @Nullable V value,
      Item item,
      Origin origin,
      CopyStamp seen,
      @Nullable MemoryEntry<K, V> replaced) {
    Expiry expiry = Expiry.of(item, space.runtime.time());
    if (value == null) {
      boolean unused =
          space.store(flight, space.absence(flight.key(), expiry, seen), replaced, () -> {});
      return;
    }
    boolean onDisk = origin == Origin.DISK;
    MemoryEntry<K, V> entry =
        space.entry(flight.key(), value, expiry, space.expiryPolicy.freshness(), seen, onDisk);
    if (space.store(flight, entry, replaced, () -> {})) {
      space.counters.add(Event.PROMOTION);
    }
  }
}
