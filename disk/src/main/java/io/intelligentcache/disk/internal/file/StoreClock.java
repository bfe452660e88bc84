package io.intelligentcache.disk.internal.file;

import io.intelligentcache.internal.time.ClockOffset;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.TimeSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time of the store, by which its entries expire. It never goes back.
 *
 * <p>While the store is open, its time advances with the monotonic clock, so a wall clock that is
 * set back changes nothing. A wall clock that is set forward moves the time of the store forward
 * too. It may be the only sign that the machine was suspended, because the monotonic clock stops
 * then.
 *
 * <p>Between two openings only the wall clock shows how much time has passed. It may show an
 * earlier time than the last one recorded. If the difference is small, the store assumes that no
 * time has passed. If it is larger, the time that has passed is unknown: every entry that has an
 * expiry and was written before this opening counts as expired.
 *
 * <p>So the time of the store may differ from the time of its callers. The difference stays the
 * same while the store is open, unless a clock is set. The expiry of an item is converted when it
 * is stored and when it is returned. Thread-safe.
 */
public final class StoreClock {
  /** How far a synchronized wall clock may be set back, in milliseconds. */
  public static final long SMALL_STEP_MILLIS = 60_000;

  /** How much two equal clocks may differ because they are read one after the other. */
  private static final long SAME_MILLIS = 2;

  private final TimeSource time;
  private final long startNanos;
  private final long startWall;
  private final long start;
  private final long distrusted;

  /** The most by which the wall clock was ever ahead of the monotonic clock since the opening. */
  private final AtomicLong forward = new AtomicLong();

  /** How far the time of the store is ahead of the time of its callers. */
  private final ClockOffset lead;

  /**
   * The state of the clock that is recorded in the files.
   *
   * @param seen the time of the store, in milliseconds since the epoch
   * @param distrusted a position in the log (see {@code RangeTombstones.position}); every entry
   *     that was written before it and has an expiry has expired
   * @param ahead how far the time of the store was ahead of the wall clock
   */
  public record Mark(long seen, long distrusted, long ahead) {
    public static final Mark NONE = new Mark(Long.MIN_VALUE, 0, 0);

    /**
     * The later of two marks: the one with the higher {@code distrusted}, then the one with the
     * later time.
     *
     * @param header the mark in the header of a segment, which does not have {@code ahead}
     */
    public Mark later(Mark header) {
      boolean mine =
          distrusted != header.distrusted ? distrusted > header.distrusted : seen > header.seen;
      return mine ? this : new Mark(header.seen, header.distrusted, ahead);
    }
  }

  /**
   * Continues the time of the store after an earlier opening.
   *
   * @param before the last mark that was recorded
   * @param end the position where the log ends
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
    lead = new ClockOffset(this::epochMillis, time::epochMillis, SAME_MILLIS, start - callers);
  }

  /** The time of the store, in milliseconds since the epoch. */
  public long epochMillis() {
    long wall = time.wallMillis(); // first, so that a pause here is no step forward
    long passed = (time.nanos() - startNanos) / 1_000_000;
    long ahead = wall - startWall - passed;
    long most = forward.get();
    if (ahead > most) {
      most = forward.accumulateAndGet(ahead, Math::max);
    }
    return start + passed + most;
  }

  /**
   * Whether an entry has expired.
   *
   * @param expiresAt its expiry, in the time of the store
   * @param writtenAt its position in the log
   */
  public boolean expired(long expiresAt, long writtenAt) {
    return expiresAt != Item.NEVER && (writtenAt < distrusted || epochMillis() >= expiresAt);
  }

  /**
   * Converts an item of a caller, with its expiry in the caller's time, to the time of the store.
   */
  public Item kept(Item item) {
    long expires = item.expiresAtMillis();
    return expires == Item.NEVER ? item : expiring(item, later(expires, lead.millis()));
  }

  /** Converts an item of the store to the time of the caller. */
  public Item given(Item item) {
    return expiring(item, given(item.expiresAtMillis()));
  }

  /** Converts an expiry from the time of the store to the time of the caller. */
  public long given(long expiresAt) {
    return expiresAt == Item.NEVER ? expiresAt : later(expiresAt, -lead.millis());
  }

  private static Item expiring(Item item, long millis) {
    return millis == item.expiresAtMillis() ? item : item.expiringAt(millis);
  }

  /**
   * Adds to an expiry, without overflow. The result is never {@code NEVER}, so the item still
   * expires.
   */
  private static long later(long expiresAt, long by) {
    long sum = expiresAt + by;
    boolean over = by > 0 ? sum < expiresAt : sum > expiresAt;
    return over ? (by > 0 ? Item.NEVER - 1 : Long.MIN_VALUE) : Math.min(sum, Item.NEVER - 1);
  }

  /** The state of the clock at this instant. A pause of this thread makes entries expire earlier, never later. */
  public Mark mark() {
    long wall = time.wallMillis(); // first, so that the time that passes counts after the opening
    long now = epochMillis();
    return new Mark(now, distrusted, now - wall);
  }
}
