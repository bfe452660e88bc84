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
 * Keys whose last write was not acknowledged. What Redis holds for them may be older than that
 * write, or the write itself, late; so they are not read until a later write of the key, or what upkeep sends in
 * place of that write, has been acknowledged: the same put again, while that is safe and its value is
 * still here, else a tombstone.
 *
 * <p>Why that is enough: Redis orders writes by version, not by arrival. Both have the version of the write
 * that they replace. The put is that write. The tombstone takes away what is older and that write itself,
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
public final class UnsettledWrites {
  private static final int STRIPES = 1 << 10;

  private final int mostKeys;
  private final long mostBytes;
  private final BiConsumer<Collection<TierKey>, Long> whenFull;
  /** How often a key of a stripe was added. */
  private final AtomicIntegerArray added = new AtomicIntegerArray(STRIPES);

  private final Map<TierKey, Unsettled> unsettled = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong valueBytes = new AtomicLong();

  /**
   * A write that was not acknowledged.
   *
   * @param time of its version
   * @param called when it was called
   * @param put what to store when it is repeated; null if it was no put, or its value is not kept
   */
  public record Unsettled(long time, RedisClock.Instant called, Tier.@Nullable Entry put) {
    private long valueBytes() {
      return put == null ? 0 : put.item().payload().length;
    }

    /**
     * What two writes of a key leave to be made up for: the greater version, and the later call. They are of one write
     * but where a removal got another version after it was called; then a put in between is lost to it.
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

  /** A write was not acknowledged. */
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
      // One that is added meanwhile stays: only what was listed before is dropped.
      Map<TierKey, Unsettled> listed = Map.copyOf(unsettled);
      long last = listed.values().stream().mapToLong(Unsettled::time).max().orElse(0);
      whenFull.accept(listed.keySet(), last);
      listed.forEach((key, write) -> settle(key, write.time()));
    }
  }

  /** The write with its value, if there is room for that. */
  private Unsettled kept(Unsettled write) {
    if (valueBytes.addAndGet(write.valueBytes()) <= mostBytes) {
      return write;
    }
    valueBytes.addAndGet(-write.valueBytes());
    return write.withoutPut();
  }

  /** A write of this key with a version of this time was acknowledged: forgets it and what was before it. */
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

  /** The put of this version can't be repeated: from now on its key is to be removed. */
  void forgetPut(TierKey key, long time) {
    unsettled.computeIfPresent(key, (k, known) -> known.time() == time ? forgotten(known) : known);
  }

  /** The keys of a space are being swept: no put from before that is to be repeated. */
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

  /** Whether the last write of this key that was not acknowledged is that of this time. */
  boolean isLast(TierKey key, long time) {
    Unsettled known = unsettled.get(key);
    return known != null && known.time() == time;
  }

  public boolean holds(TierKey key) {
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

  public boolean isEmpty() {
    return unsettled.isEmpty();
  }

  public int size() {
    return unsettled.size();
  }

  /** Some of these keys with their writes, at most as many as asked for. */
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
