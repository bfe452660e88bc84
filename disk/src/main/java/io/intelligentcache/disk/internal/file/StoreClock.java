package io.intelligentcache.disk.internal.file;

import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.TimeSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time of the store, by which its entries expire. It never goes back.
 *
 * <p>While the store is open, the clock that never jumps carries it on: a wall clock that is set back
 * changes nothing. A wall clock that is set forward sets it forward too, because nothing else tells
 * that the machine was suspended, and that clock stood still.
 *
 * <p>Between two openings only the wall clock tells how much time has passed. When it shows less than
 * at the last moment known, by a little, no time counts as passed. By more, nobody knows how much has
 * passed: everything that expires and was written until then counts as expired.
 *
 * <p>So the time of the store may differ from that of its callers, by a difference that is the same
 * for a whole opening. Entries are translated on their way in and out. Thread-safe.
 */
public final class StoreClock implements TimeSource {
  /** What a clock that is kept right may be set back by. */
  public static final long SMALL_STEP_MILLIS = 60_000;

  /** Two clocks that are read one after the other differ by so much. */
  private static final long SAME_MILLIS = 2;

  private final TimeSource time;
  private final long startNanos;
  private final long startWall;
  private final long start;
  private final long distrusted;

  /** How far the wall clock ever was ahead of where it would be, had nobody set it. */
  private final AtomicLong forward = new AtomicLong();

  /** How far the store is ahead of its callers. */
  private volatile long lead;

  /**
   * What is written down of the clock.
   *
   * @param seen the time of the store, in milliseconds since the epoch
   * @param distrusted what was written before this position (see {@code RangeTombstones.position}) and
   *     expires has expired
   * @param ahead how far the time of the store was ahead of the wall clock
   */
  public record Mark(long seen, long distrusted, long ahead) {
    public static final Mark NONE = new Mark(Long.MIN_VALUE, 0, 0);

    /**
     * The later one: since the clock was last set back, and then by time.
     *
     * @param header of a segment, which does not say how far it was ahead
     */
    public Mark later(Mark header) {
      boolean mine =
          distrusted != header.distrusted ? distrusted > header.distrusted : seen > header.seen;
      return mine ? this : new Mark(header.seen, header.distrusted, ahead);
    }
  }

  /**
   * A clock that goes on where the store's stopped.
   *
   * @param end where the log ends
   */
  public StoreClock(TimeSource time, Mark before, long end) {
    this.time = time;
    startNanos = time.nanos();
    startWall = time.wallMillis();
    long callers = time.epochMillis();
    long closed = before.equals(Mark.NONE) ? 0 : startWall - (before.seen() - before.ahead());
    boolean known = closed >= -SMALL_STEP_MILLIS;
    long goesOn = before.seen() + Math.max(0, closed);
    start = before.equals(Mark.NONE) || !known || Math.abs(goesOn - callers) <= SAME_MILLIS
        ? callers
        : goesOn;
    distrusted = known ? before.distrusted() : Math.max(before.distrusted(), end);
    lead = start - callers;
  }

  @Override
  public long nanos() {
    return time.nanos();
  }

  @Override
  public long epochMillis() {
    long wall = time.wallMillis(); // first: a pause after it must not look like a step forward
    long passed = (time.nanos() - startNanos) / 1_000_000;
    long ahead = wall - startWall - passed;
    long most = forward.get();
    if (ahead > most) {
      most = forward.accumulateAndGet(ahead, Math::max);
    }
    return start + passed + most;
  }

  @Override
  public long wallMillis() {
    return time.wallMillis();
  }

  /** Whether what expires then, on this clock, and was written there has expired. */
  public boolean expired(long expiresAt, long writtenAt) {
    return expiresAt != Item.NEVER && (writtenAt < distrusted || epochMillis() >= expiresAt);
  }

  /** An item of a caller's, as the store keeps it. */
  public Item kept(Item item) {
    long expires = item.expiresAtMillis();
    return expires == Item.NEVER ? item : expiring(item, later(expires, lead()));
  }

  /** An item of the store's, as its caller gets it. */
  public Item given(Item item) {
    return expiring(item, given(item.expiresAtMillis()));
  }

  /** The same for the time at which it expires. */
  public long given(long expiresAt) {
    return expiresAt == Item.NEVER ? expiresAt : later(expiresAt, -lead());
  }

  private static Item expiring(Item item, long millis) {
    return millis == item.expiresAtMillis() ? item : item.expiringAt(millis);
  }

  /** What expires keeps expiring, however late. */
  private static long later(long expiresAt, long by) {
    long sum = expiresAt + by;
    boolean over = by > 0 ? sum < expiresAt : sum > expiresAt;
    return over ? (by > 0 ? Item.NEVER - 1 : Long.MIN_VALUE) : Math.min(sum, Item.NEVER - 1);
  }

  /** The same number each time, unless a clock was set. */
  private long lead() {
    long before = lead;
    long current = epochMillis() - time.epochMillis();
    if (Math.abs(current - before) <= SAME_MILLIS) {
      return before;
    }
    lead = current;
    return current;
  }

  public Mark mark() {
    long now = epochMillis();
    return new Mark(now, distrusted, now - time.wallMillis());
  }
}
