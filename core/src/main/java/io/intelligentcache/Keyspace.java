package io.intelligentcache;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.intelligentcache.codec.CodecException;
import io.intelligentcache.codec.ItemFormat;
import io.intelligentcache.codec.KeyCodec;
import io.intelligentcache.memory.MemoryEntry;
import io.intelligentcache.memory.MemoryTable;
import io.intelligentcache.stats.CacheCounters;
import io.intelligentcache.stats.CacheCounters.Event;
import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Unicode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One cache, or one tenant's part of it: its entries in memory, how they are written below, and
 * what it counts. {@link ReadPath}, {@link WritePath} and {@link Sweep} work on it.
 */
final class Keyspace<K, V> {
  private static final Logger log = LoggerFactory.getLogger(Keyspace.class);

  final Machinery machinery;
  final Space space;
  final MemoryTable<K, V> table;
  final ItemFormat<V> format;
  final CacheCounters counters = new CacheCounters();
  final @Nullable Duration defaultTtl;
  private final KeyCodec<K> keys;
  private final Sizer<K, V> sizer;
  private final AtomicBoolean complainedOfCodec = new AtomicBoolean();

  Keyspace(Machinery machinery, Space space, CacheSpec<K, V> spec) {
    this.machinery = machinery;
    this.space = space;
    this.keys = spec.keys();
    this.format = new ItemFormat<>(spec.values(), machinery.compression());
    this.sizer = new Sizer<>(spec.weigher(), format);
    this.defaultTtl = spec.ttl() != null ? spec.ttl() : machinery.defaultTtl();
    this.table = machinery.memory().newTable(this::demote);
  }

  /** The value in memory, or null; counts as a request only if there is one. */
  @Nullable
  V hit(K key) {
    MemoryEntry<K, V> entry = live(key);
    if (entry == null) {
      return null;
    }
    table.touch(entry);
    counters.memoryHit();
    return entry.value();
  }

  /** The unexpired entry in memory, or null. */
  @Nullable
  MemoryEntry<K, V> live(K key) {
    machinery.lifecycle().requireOpen();
    MemoryEntry<K, V> entry = table.peek(key);
    if (entry != null && isExpired(entry)) {
      expire(entry);
      return null;
    }
    return entry;
  }

  boolean isExpired(MemoryEntry<K, V> entry) {
    return entry.expires() && entry.remainingNanos(machinery.time().nanos()) <= 0;
  }

  private void expire(MemoryEntry<K, V> entry) {
    if (machinery.locks().with(entry.key(), () -> table.discard(entry))) {
      counters.add(Event.EXPIRATION);
    }
  }

  /** An entry for memory, weighed. */
  MemoryEntry<K, V> entry(K key, V value, Expiry expiry, boolean onDisk) {
    long weight = sizer.weigh(key, value);
    return expiry.never()
        ? table.lasting(key, value, weight, onDisk)
        : table.expiring(key, value, weight, expiry.deadlineNanos(), onDisk);
  }

  /** A key as its text. */
  String text(K key) {
    return keys.encode(key);
  }

  /** A key as the tiers below see it. */
  TierKey below(K key) {
    return new TierKey(space, Unicode.encode(text(key)));
  }

  /** A key's text, of a key as the tiers below see it. */
  static String text(byte[] below) {
    return new String(below, UTF_8);
  }

  /**
   * An item for the tiers below.
   *
   * @throws CodecException if the value can't be written
   */
  Item item(V value, long expiresAtMillis) {
    Item item = format.encode(value, expiresAtMillis);
    counters.add(Event.RAW_BYTE, item.rawBytes());
    counters.add(Event.ENCODED_BYTE, item.payload().length);
    return item;
  }

  /** Notes that a value could not be written where nobody can be told, and says so once. */
  void unwritable(CodecException failure) {
    counters.add(Event.UNWRITABLE);
    if (complainedOfCodec.compareAndSet(false, true)) {
      log.warn("{} holds values that stay in memory only: {}", space, failure.getMessage());
    }
  }

  /** Sees off, one after the other and without a key's lock, those who leave memory. */
  static void seeOff(List<MemoryEntry<?, ?>> leaving) {
    for (MemoryEntry<?, ?> entry : leaving) {
      entry.evict();
    }
  }

  /**
   * Writes to disk what leaves memory.
   *
   * <p>Between being chosen and getting here the key may have been written or invalidated. Then its
   * entry is no longer in the table, and must not reach the disk: it would come back as an older
   * value. The table is asked, and the disk told, under the key's lock, where changes are made too.
   */
  private void demote(MemoryEntry<K, V> entry) {
    counters.add(Event.EVICTION);
    Item item = toDemote(entry);
    machinery.locks().with(entry.key(), () -> {
      if (item != null && table.peek(entry.key()) == entry) {
        var unused = machinery.disk().put(below(entry.key()), item); // refused is counted
        counters.add(Event.DEMOTION);
      }
      return table.discard(entry);
    });
  }

  private @Nullable Item toDemote(MemoryEntry<K, V> entry) {
    if (!machinery.hasDisk()
        || isExpired(entry)
        || (entry.onDisk() && machinery.disk().mayContain(below(entry.key())))) {
      return null;
    }
    try {
      return item(
          entry.value(),
          entry.expires()
              ? Expiry.epochMillis(entry.remainingNanos(machinery.time().nanos()), machinery.time())
              : Item.NEVER);
    } catch (CodecException failure) {
      unwritable(failure);
      return null;
    }
  }

  CacheStats stats() {
    return counters.snapshot(table.size());
  }
}
