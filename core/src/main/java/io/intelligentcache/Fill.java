package io.intelligentcache;

import io.intelligentcache.CacheListener.Cause;
import io.intelligentcache.Request.Purpose;
import io.intelligentcache.coherence.Flights.Flight;
import io.intelligentcache.memory.MemoryEntry;
import io.intelligentcache.memory.Seen;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.TierKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stores what was loaded, in memory and Redis, unless its key has changed since the load began.
 * Callers get what was loaded even if a codec, a weigher or a TTL function can't cope with it.
 */
final class Fill<K, V> {
  private final Keyspace<K, V> space;
  private final Machinery machinery;
  private final SearchPath<K, V> searches;

  Fill(Keyspace<K, V> space, SearchPath<K, V> searches) {
    this.space = space;
    this.machinery = space.machinery;
    this.searches = searches;
  }

  /**
   * Stores it.
   *
   * @param began when the load did: what was changed since is newer
   */
  void store(Flight<K, Found<V>> flight, Loaded<V> loaded, long began, Request<K, V> request) {
    try {
      V value = loaded.value();
      if (value == null) {
        storeAbsence(flight, loaded.ttl(), began, request);
      } else {
        storeValue(flight, value, loaded.ttl(), began, request);
      }
    } catch (RuntimeException | StackOverflowError failure) {
      space.unwritable(failure);
    }
  }

  private void storeValue(
      Flight<K, Found<V>> flight,
      V value,
      @Nullable Duration ttl,
      long began,
      Request<K, V> request) {
    Expiry expiry = space.lifetimes.of(flight.key(), value, ttl, request.options());
    Item item = space.itemForRedis(value, expiry, request.freshness());
    TierKey below = below(flight.key());
    Seen seen = space.seen(below, began, Item.NO_VERSION);
    MemoryEntry<K, V> entry =
        space.entry(flight.key(), value, item, expiry, request.freshness(), seen, false);
    boolean unused = space.store(flight, entry, request.replaces(), () -> {
      if (below != null) {
        tell(() -> machinery.disk().remove(below));
      }
      if (below != null && item != null) {
        tell(() ->
            machinery.redis().put(below, item).thenAccept(outcome -> space.told(entry, outcome)));
      }
      searches.recall(flight.key()); // what another search finds may be older than what was loaded
      if (space.announcer != null && request.purpose() == Purpose.REFRESH) {
        space.announcer.refreshed(flight.key(), value);
      }
    });
  }

  /** An absence stays in memory; of a value that was there before nothing stays in any tier. */
  private void storeAbsence(
      Flight<K, Found<V>> flight, @Nullable Duration loaders, long began, Request<K, V> request) {
    Duration ttl = loaders != null ? loaders : request.freshness().absenceTtl();
    TierKey below = below(flight.key());
    MemoryEntry<K, V> absence = ttl == null
        ? null
        : space.absence(
            flight.key(),
            space.lifetimes.absence(ttl, request.options()),
            space.seen(below, began, Item.NO_VERSION));
    machinery.locks().with(flight.key(), () -> {
      if (space.mayChange(flight, request.replaces())) {
        MemoryEntry<K, V> before = space.table.peek(flight.key());
        if (absence != null) {
          space.put(absence);
        } else if (before != null) {
          boolean unused = space.discard(before, Cause.REPLACED);
        }
        if (below != null && before != null) {
          tell(() -> machinery.disk().remove(below));
          tell(() -> machinery.redis().remove(below));
        }
        searches.recall(flight.key());
      }
      return flight;
    });
    machinery.memory().settle();
  }

  private @Nullable TierKey below(K key) {
    return machinery.hasLowerTier() ? space.below(key) : null;
  }

  /** Nobody waits for a fill: the tier counts what it refuses. */
  private static void tell(Supplier<CompletableFuture<?>> write) {
    var unused = write.get();
  }
}
