package io.intelligentcache;

import io.intelligentcache.Found.Origin;
import io.intelligentcache.coherence.Flights.Flight;
import io.intelligentcache.memory.MemoryEntry;
import io.intelligentcache.memory.Seen;
import io.intelligentcache.stats.CacheCounters.Event;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.TierKey;
import org.jspecify.annotations.Nullable;

/** Copies what a tier below has up into memory. */
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
    if (item.expired(space.machinery.time().epochMillis())) {
      return null;
    }
    Expiry expiry = Expiry.of(item, space.machinery.time());
    Seen seen = space.seen(below, asOf, item.version());
    if (item.isAbsence()) {
      boolean unused =
          space.store(flight, space.absence(flight.key(), expiry, seen), replaced, () -> {});
      return Found.absent(origin);
    }
    V value = space.format.decode(item);
    if (value == null) {
      space.counters.add(Event.UNREADABLE);
      return null;
    }
    MemoryEntry<K, V> entry = space.entry(
        flight.key(),
        value,
        item,
        expiry,
        space.lifetimes.freshness(),
        seen,
        origin == Origin.DISK);
    if (space.store(flight, entry, replaced, () -> {})) {
      space.counters.add(Event.PROMOTION);
    }
    return Found.from(origin, value);
  }
}
