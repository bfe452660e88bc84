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
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Unicode;
import java.time.Duration;
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
    this.table = machinery.memory().newTable(this::leaves);
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
    return entry.isExpired(machinery.time());
  }

  private void expire(MemoryEntry<K, V> entry) {
    discard(entry, Event.EXPIRATION);
    machinery.memory().settle();
  }

  /** An entry for memory, weighed; {@code item} is its value as bytes, if there is one. */
  MemoryEntry<K, V> entry(K key, V value, @Nullable Item item, Expiry expiry, boolean onDisk) {
    long weight = sizer.weigh(key, value, item == null ? Sizer.NOT_ENCODED : item.rawBytes());
    if (expiry.never()) {
      return table.lasting(key, value, weight, onDisk);
    }
    machinery.keeper().start();
    return table.expiring(key, value, weight, expiry.deadlineNanos(), onDisk);
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
  void unwritable(Throwable failure) {
    counters.add(Event.UNWRITABLE);
    if (complainedOfCodec.compareAndSet(false, true)) {
      log.warn("{} holds values that can't leave memory: {}", space, failure.toString());
    }
  }

  /** An entry leaves memory: because it has expired, or for room. */
  private void leaves(MemoryEntry<K, V> entry) {
    if (isExpired(entry)) {
      discard(entry, Event.EXPIRATION);
    } else if (machinery.hasDisk()) {
      demote(entry);
    } else {
      discard(entry, Event.EVICTION);
    }
  }

  /** Takes an entry out of memory, and counts why, unless it is no longer there. */
  private void discard(MemoryEntry<K, V> entry, Event why) {
    if (table.discard(entry)) {
      counters.add(why);
    }
  }

  /**
   * Writes to disk what leaves memory. Whatever the user's codec does, the entry leaves.
   *
   * <p>Between being chosen and getting here the key may have been written or invalidated. Then its
   * entry is no longer in the table, and must not reach the disk: it would come back as an older
   * value. The table is asked, and the disk told, under the key's lock, where changes are made too.
   */
  private void demote(MemoryEntry<K, V> entry) {
    counters.add(Event.EVICTION);
    Tier.Entry demoted = null;
    try {
      demoted = toDemote(entry);
    } catch (RuntimeException | StackOverflowError failure) {
      unwritable(failure);
    }
    leave(entry, demoted);
  }

  private void leave(MemoryEntry<K, V> entry, Tier.@Nullable Entry demoted) {
    var told = machinery.locks().with(entry.key(), () -> {
      boolean current = table.peek(entry.key()) == entry;
      var outcome = current && demoted != null
          ? machinery.disk().offer(demoted.key(), demoted.item(), entry.wasRead() || entry.onDisk())
          : null;
      table.discard(entry);
      return outcome;
    });
    if (told != null) {
      var unused = told.thenAccept(outcome -> {
        if (outcome instanceof Outcome.Done) {
          counters.add(Event.DEMOTION);
        }
      });
    }
  }

  /** What is to be written to disk for an entry that leaves memory, or null for nothing. */
  private Tier.@Nullable Entry toDemote(MemoryEntry<K, V> entry) {
    TierKey below = below(entry.key());
    if (entry.onDisk() && machinery.disk().mayContain(below)) {
      return null;
    }
    long expiresAt = entry.expires()
        ? Expiry.epochMillis(entry.remainingNanos(machinery.time().nanos()), machinery.time())
        : Item.NEVER;
    return new Tier.Entry(below, item(entry.value(), expiresAt));
  }

  CacheStats stats() {
    return counters.snapshot(table.size());
  }
}
