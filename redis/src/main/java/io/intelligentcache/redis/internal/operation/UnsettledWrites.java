package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.clock.RedisClock;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keys whose last write was not acknowledged. The value in Redis may be older than that write, or Redis may still
 * execute that write late. Therefore such a key is not read until Redis has acknowledged either a later write of the
 * key, or a repair of the unsettled write. The repair is the same put again, as long as that is safe and its value is
 * still kept. Otherwise it is a tombstone.
 *
 * <p>Why that is enough: Redis orders writes by version, not by arrival. The repair has the version of the write that
 * it replaces. The repeated put is the same record as that write. The tombstone removes records older than that write,
 * and that write itself, whether it arrives before or after the tombstone. Newer records stay, of whatever instance.
 *
 * <p>The race between a failure and an acknowledgement:
 *
 * <pre>
 *   put A (version 1) sent        put B (version 2) sent
 *   A is late: add(key, 1)        B acknowledged: settle(key, 2)
 * </pre>
 *
 * <p>In either order of the last two steps the value of B is right. If the add comes second, a tombstone of version 1
 * is sent, and Redis refuses it. In the opposite case, B late and A acknowledged, {@code settle(key, 1)} does not
 * remove the entry of version 2.
 *
 * <p>Bounded in keys and bytes. On overflow {@code whenFull} receives all keys, with the greatest of their versions.
 * Before it returns, it has made these keys unreadable. After that they are dropped here.
 */
public final class UnsettledWrites {
  private static final int STRIPES = 1 << 10;

  private final int mostKeys;
  private final long mostBytes;
  private final BiConsumer<Collection<TierKey>, Long> whenFull;
  /** How often a key of each stripe was added. */
  private final AtomicIntegerArray added = new AtomicIntegerArray(STRIPES);

  private final Map<TierKey, Unsettled> unsettled = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong valueBytes = new AtomicLong();

  /**
   * A write that was not acknowledged.
   *
   * @param time of its version
   * @param called when the caller called it
   * @param put the entry to store when it is repeated; null if the write was a removal, or if the value is not kept
   */
  public record Unsettled(long time, RedisClock.Instant called, Tier.@Nullable Entry put) {
    private long valueBytes() {
      return put == null ? 0 : put.item().payload().length;
    }

    /**
     * Merges two unsettled writes of a key: the greater version, and the later call. Both are usually of one write.
     * They differ when a removal got another version after its call. Then a put that was called in between is
     * superseded, and its value is not kept.
     */
    private Unsettled and(Unsettled other) {
      Unsettled greater = time >= other.time() ? this : other;
      Unsettled lesser = time >= other.time() ? other : this;
      return lesser.called().nanos() - greater.called().nanos() > 0
          ? new Unsettled(greater.time(), lesser.called(), null)
          : greater;
    }

    Unsettled withoutPut() {
      return put == null ? this : new Unsettled(time, called, null);
    }
  }

  public UnsettledWrites(
      int mostKeys, long mostBytes, BiConsumer<Collection<TierKey>, Long> whenFull) {
    this.mostKeys = mostKeys;
    this.mostBytes = mostBytes;
    this.whenFull = whenFull;
  }

  /** Records a write that was not acknowledged. */
  void add(TierKey key, Unsettled write) {
    added.incrementAndGet(stripe(key));
    unsettled.compute(key, (k, known) -> {
      if (known == null) {
        bytes.addAndGet(k.bytes().length);
        return kept(write);
      }
      Unsettled both = known.and(write);
      if (both.equals(known)) {
        return known;
      }
      valueBytes.addAndGet(-known.valueBytes());
      return kept(both);
    });
    if (unsettled.size() > mostKeys || bytes.get() > mostBytes) {
      overflow();
    }
  }

  private synchronized void overflow() {
    if (unsettled.size() > mostKeys || bytes.get() > mostBytes) {
      // Drop only the writes listed here: one that is added meanwhile must stay.
      Map<TierKey, Unsettled> listed = Map.copyOf(unsettled);
      long last = listed.values().stream().mapToLong(Unsettled::time).max().orElse(0);
      whenFull.accept(listed.keySet(), last);
      listed.forEach((key, write) -> settle(key, write.time()));
    }
  }

  /** The write with its value, if there is room for the value. */
  private Unsettled kept(Unsettled write) {
    if (valueBytes.addAndGet(write.valueBytes()) <= mostBytes) {
      return write;
    }
    valueBytes.addAndGet(-write.valueBytes());
    return write.withoutPut();
  }

  /** Records that a write with this version was acknowledged: forgets that write of the key and earlier ones. */
  void settle(TierKey key, long time) {
    unsettled.computeIfPresent(key, (k, known) -> {
      if (known.time() > time) {
        return known;
      }
      valueBytes.addAndGet(-known.valueBytes());
      bytes.addAndGet(-k.bytes().length);
      return null;
    });
  }

  /** Forgets the value of a put that must not be repeated. The repair of the key is then a tombstone. */
  void forgetPut(TierKey key, long time) {
    unsettled.computeIfPresent(key, (k, known) -> known.time() == time ? forgotten(known) : known);
  }

  /**
   * Forgets the values of all puts of a space that is being swept, so that no put from before the sweep is repeated.
   */
  public void forgetPuts(Space space) {
    for (TierKey key : unsettled.keySet()) {
      if (key.space().equals(space)) {
        unsettled.computeIfPresent(key, (k, known) -> forgotten(known));
      }
    }
  }

  private Unsettled forgotten(Unsettled write) {
    valueBytes.addAndGet(-write.valueBytes());
    return write.withoutPut();
  }

  /** Whether the last unsettled write of this key has this version. */
  boolean isLast(TierKey key, long time) {
    Unsettled known = unsettled.get(key);
    return known != null && known.time() == time;
  }

  public boolean holds(TierKey key) {
    return unsettled.containsKey(key);
  }

  /**
   * A mark to compare with later, by {@link #heldSince}. It is taken before a read is sent, because of this schedule: a
   * put is sent, then a read. Redis refuses the put, and answers the read with the older value. Then Redis acknowledges
   * the tombstone that settles the key. Only then does the reading thread judge the reply of its read.
   */
  int mark(TierKey key) {
    return added.get(stripe(key));
  }

  /** Whether a key is unsettled, or may have been since the mark was taken. */
  boolean heldSince(int mark, TierKey key) {
    return holds(key) || mark(key) != mark;
  }

  private static int stripe(TierKey key) {
    return key.hashCode() & STRIPES - 1;
  }

  public boolean isEmpty() {
    return unsettled.isEmpty();
  }

  public int size() {
    return unsettled.size();
  }

  /** Some of the keys with their writes, at most {@code most}. */
  public Map<TierKey, Unsettled> some(int most, Predicate<TierKey> which) {
    Map<TierKey, Unsettled> some = new HashMap<>();
    for (Map.Entry<TierKey, Unsettled> entry : unsettled.entrySet()) {
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
