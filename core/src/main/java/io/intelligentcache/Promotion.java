package io.intelligentcache;

import io.intelligentcache.Found.Origin;
import io.intelligentcache.coherence.Flights.Flight;
import io.intelligentcache.memory.MemoryEntry;
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
   * @return its value, or null if it has expired or can't be read
   */
  @Nullable
  V promote(
      Flight<K, ?> flight,
      TierKey below,
      Item item,
      Origin origin,
      long asOf,
      @Nullable MemoryEntry<K, V> replaced) {
    if (item.expired(space.machinery.time().epochMillis())) {
      return null;
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
        Expiry.of(item, space.machinery.time()),
        space.lifetimes.freshness(),
        space.seen(below, asOf, item.version()),
        origin == Origin.DISK);
    if (space.store(flight, entry, replaced, () -> {})) {
      space.counters.add(Event.PROMOTION);
    }
    return value;
  }
}
