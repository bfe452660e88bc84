package io.intelligentcache.redis;

import io.intelligentcache.tier.TierKey;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Keys whose last write was not acknowledged. What Redis holds for them may be older than that
 * write, or the write itself, late; so they are not read until a later write of the key, or the
 * tombstone that upkeep sends, has been answered.
 *
 * <p>Why that is enough: Redis orders writes by version, not by arrival. The tombstone has the
 * version of the write that it makes up for, so it takes away what is older and that write itself,
 * before or after it arrives, and leaves what is newer, whoever wrote it.
 *
 * <p>The race between a failure and an acknowledgement:
 *
 * <pre>
 *   put A (version 1) sent        put B (version 2) sent
 *   A is late: add(key, 1)        B acknowledged: settle(key, 2)
 * </pre>
 *
 * <p>In either order of the last two steps B's value is right. If the add comes second a tombstone
 * of version 1 is sent, and refused. The other way round, B late and A acknowledged, {@code
 * settle(key, 1)} leaves the entry of version 2 alone.
 *
 * <p>Bounded in keys and bytes. On overflow {@code whenFull} takes all keys over, with the greatest of
 * their versions, and they are dropped here. Before it returns it has made them unreadable.
 */
final class Journal {
  private static final int STRIPES = 1 << 10;

  private final int mostKeys;
  private final long mostBytes;
  private final BiConsumer<Collection<TierKey>, Long> whenFull;
  /** How often a key of a stripe was added. */
  private final AtomicIntegerArray added = new AtomicIntegerArray(STRIPES);

  private final Map<TierKey, Long> unsettled = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();

  Journal(int mostKeys, long mostBytes, BiConsumer<Collection<TierKey>, Long> whenFull) {
    this.mostKeys = mostKeys;
    this.mostBytes = mostBytes;
    this.whenFull = whenFull;
  }

  void add(TierKey key, long version) {
    added.incrementAndGet(stripe(key));
    unsettled.compute(key, (k, known) -> {
      if (known == null) {
        bytes.addAndGet(k.bytes().length);
        return version;
      }
      return Math.max(known, version);
    });
    if (unsettled.size() > mostKeys || bytes.get() > mostBytes) {
      overflow();
    }
  }

  private synchronized void overflow() {
    if (unsettled.size() > mostKeys || bytes.get() > mostBytes) {
      // One that is added meanwhile stays: only what was listed before is dropped.
      Map<TierKey, Long> listed = Map.copyOf(unsettled);
      whenFull.accept(listed.keySet(), Collections.max(listed.values()));
      listed.forEach(this::settle);
    }
  }

  /** A write of this key with this version was acknowledged: forgets it and what was before it. */
  void settle(TierKey key, long version) {
    unsettled.computeIfPresent(key, (k, known) -> {
      if (known > version) {
        return known;
      }
      bytes.addAndGet(-k.bytes().length);
      return null;
    });
  }

  boolean holds(TierKey key) {
    return unsettled.containsKey(key);
  }

  /**
   * What to compare with later, by {@link #heldSince}. Taken before a read is sent, for this schedule: a put is
   * sent, a read is sent; Redis refuses the put, answers the read with what was there before, and
   * takes the tombstone that settles the key; only then does the thread that reads come to judge its answer.
   */
  int mark(TierKey key) {
    return added.get(stripe(key));
  }

  /** Whether a key is here, or may have been since a mark was taken. */
  boolean heldSince(int mark, TierKey key) {
    return holds(key) || mark(key) != mark;
  }

  private static int stripe(TierKey key) {
    return key.hashCode() & STRIPES - 1;
  }

  boolean isEmpty() {
    return unsettled.isEmpty();
  }

  int size() {
    return unsettled.size();
  }

  /** Some of these keys with the versions of their writes, at most as many as asked for. */
  Map<TierKey, Long> some(int most, Predicate<TierKey> which) {
    Map<TierKey, Long> some = new HashMap<>();
    for (Map.Entry<TierKey, Long> entry : unsettled.entrySet()) {
      if (some.size() == most) {
        break;
      }
      if (which.test(entry.getKey())) {
        some.put(entry.getKey(), entry.getValue());
      }
    }
    return some;
  }
}
