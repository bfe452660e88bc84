package io.intelligentcache.internal.read;

import io.intelligentcache.Found;
import io.intelligentcache.Found.Origin;
import io.intelligentcache.internal.coherence.SingleFlight.Flight;
import io.intelligentcache.internal.memory.CopyStamp;
import io.intelligentcache.internal.memory.MemoryEntry;
import io.intelligentcache.internal.memory.SharedEntry;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.stats.CacheCounters.Event;
import io.intelligentcache.internal.time.Expiry;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Promotes items from a lower tier to memory. If a weigher or a key throws, the caller still gets the value. An item
 * that can't be decoded counts as absent.
 */
final class Promotion<K, V> {
  private final Keyspace<K, V> space;

  Promotion(Keyspace<K, V> space) {
    this.space = space;
  }

  /**
   * Decodes an item and promotes it to memory, unless its key has changed since the item was requested.
   *
   * @param flight what requested it
   * @param asOf the instant as of which Redis had it
   * @param replaced the entry in memory that is known to be no better, or null
   * @return the answer, or null if the item has expired or can't be decoded
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
    Expiry expiry = Expiry.of(item, space.runtime.time());
    try {
      if (readable) {
        copyUp(
            flight,
            value,
            expiry,
            item,
            origin,
            space.stampOf(below, asOf, item.version()),
            replaced);
      } else if (origin == Origin.DISK) {
        space.forgetOnDisk(flight, below); // else each read would try it again
      }
    } catch (Throwable failure) {
      space.onUnstored(failure);
    }
    return readable
        ? Answers.known(origin, value, expiry.left(space.runtime.time().nanos()))
        : null;
  }

  /** Decodes an item, and stores nothing. Returns the answer, or null if the item has expired or can't be decoded. */
  @Nullable
  Found<V> read(Item item, Origin origin) {
    if (item.expired(space.runtime.time().epochMillis())) {
      return null;
    }
    V value = item.isAbsence() ? null : space.decode(item);
    TimeSource time = space.runtime.time();
    return value != null || item.isAbsence()
        ? Answers.known(origin, value, Expiry.of(item, time).left(time.nanos()))
        : null;
  }

  /** Promotes a value; or, if it is null, stores in memory that the key has no value. */
  private void copyUp(
      Flight<K, ?> flight,
      @Nullable V value,
      Expiry expiry,
      Item item,
      Origin origin,
      CopyStamp seen,
      @Nullable MemoryEntry<K, V> replaced) {
    if (value == null) {
      boolean unused = space.store(
          flight, space.absence(flight.key(), expiry, seen), there -> there == replaced, () -> {});
      return;
    }
    boolean onDisk = origin == Origin.DISK;
    MemoryEntry<K, V> entry =
        space.entry(flight.key(), value, expiry, space.expiryPolicy.freshness(), seen, onDisk);
    if (onDisk && space.copies != null && entry instanceof SharedEntry<K, V> copy) {
      copy.onDiskAsOf(space.copies.validity().asOfNanos(item.stamp()));
    }
    if (space.store(flight, entry, there -> there == replaced, () -> {})) {
      space.counters.add(Event.PROMOTION);
    }
  }
}
