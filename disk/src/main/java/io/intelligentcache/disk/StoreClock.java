package io.intelligentcache.disk;

import io.intelligentcache.tier.TimeSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The wall clock as the store takes it. What expired does not come back when the clock is set back:
 * by a little, and time stands still until the clock is there again; by more, and nobody knows which
 * of the two times was wrong, so everything that expires and was written until then counts as
 * expired, once, and the store goes on with the clock as it is.
 *
 * <p>The latest time seen is kept in the manifest and in the header of each segment. Thread-safe.
 */
final class StoreClock implements TimeSource {
  /** What a clock that is kept right may be set back by. */
  static final long SMALL_STEP_MILLIS = 60_000;

  private final TimeSource time;
  private final AtomicLong seen;
  private volatile LongSupplier position;
  private volatile long distrusted;

  /**
   * What is written down of the clock.
   *
   * @param seen the latest time, in milliseconds since the epoch
   * @param distrusted what was written before this position (see {@link Markers#position}) and
   *     expires has expired
   */
  record Mark(long seen, long distrusted) {
    static final Mark NONE = new Mark(Long.MIN_VALUE, 0);

    /** The later one: since the clock was last set back, and then by time. */
    Mark later(Mark other) {
      boolean mine =
          distrusted != other.distrusted ? distrusted > other.distrusted : seen > other.seen;
      return mine ? this : other;
    }
  }

  /**
   * A clock that goes on where the store's stopped.
   *
   * @param end where the log ends
   */
  StoreClock(TimeSource time, Mark before, long end) {
    this.time = time;
    this.seen = new AtomicLong(before.seen());
    this.distrusted = before.distrusted();
    this.position = () -> end;
    sync();
  }

  /** Who knows where the log ends, from here on; asked without any lock of this clock. */
  void follow(LongSupplier logEnd) {
    position = logEnd;
  }

  @Override
  public long nanos() {
    return time.nanos();
  }

  @Override
  public long epochMillis() {
    return sync();
  }

  private long sync() {
    long now = time.epochMillis();
    long before = seen.get();
    if (now > before) {
      seen.compareAndSet(before, now); // else another thread has seen as much
      return now;
    }
    if (before - now > SMALL_STEP_MILLIS) {
      setBack(now);
      return now;
    }
    return before;
  }

  private void setBack(long now) {
    long end = position.getAsLong();
    synchronized (this) {
      if (seen.get() - now > SMALL_STEP_MILLIS) {
        distrusted = Math.max(distrusted, end);
        seen.set(now);
      }
    }
  }

  /** Whether what expires then and was written there has expired. */
  boolean expired(long expiresAt, long writtenAt) {
    return expiresAt != Long.MAX_VALUE && (sync() >= expiresAt || writtenAt < distrusted);
  }

  Mark mark() {
    sync();
    return new Mark(seen.get(), distrusted);
  }
}
