package io.intelligentcache.disk;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.tier.TimeSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

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

  /** By how much the clocks of a machine may drift apart, as a part of the time that passes. */
  private static final long DRIFT = 1_000;

  private final TimeSource time;
  private final AtomicReference<Look> last;
  private volatile End end;
  private volatile long distrusted;

  /** Tells where the log ends, at a moment at which nothing is appended. */
  @FunctionalInterface
  interface End {
    void tell(LongConsumer position);
  }

  /** The clocks at some moment, and the latest time seen until then. */
  private record Look(long seen, long wall, long nanos) {
    /** Where the wall clock had got to, had nobody set it. */
    long reached(long now) {
      long passed = (now - nanos) / 1_000_000;
      return wall + passed - passed / DRIFT;
    }
  }

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
    this.last = new AtomicReference<>(new Look(before.seen(), time.epochMillis(), time.nanos()));
    this.distrusted = before.distrusted();
    this.end = told -> told.accept(end);
    look();
  }

  /** Who knows where the log ends, from here on; asked without any lock of this clock. */
  void follow(End logEnd) {
    end = logEnd;
  }

  @Override
  public long nanos() {
    return time.nanos();
  }

  @Override
  public long epochMillis() {
    return look();
  }

  private long look() {
    Look before = requireNonNull(last.get());
    long wall = time.epochMillis();
    if (wall == before.wall() && wall == before.seen()) {
      return wall;
    }
    long nanos = time.nanos();
    long seen = Math.max(before.seen(), Math.max(wall, before.reached(nanos)));
    if (before.seen() != Long.MIN_VALUE && seen - wall > SMALL_STEP_MILLIS) {
      setBack(before, wall, nanos);
      return wall;
    }
    last.compareAndSet(before, new Look(seen, wall, nanos)); // else another thread was first
    return seen;
  }

  private void setBack(Look before, long wall, long nanos) {
    end.tell(position -> {
      synchronized (this) {
        distrusted =
            Math.max(distrusted, position); // before anybody takes the clock for right again
        last.compareAndSet(before, new Look(wall, wall, nanos));
      }
    });
  }

  /** Whether what expires then and was written there has expired. */
  boolean expired(long expiresAt, long writtenAt) {
    return expiresAt != Long.MAX_VALUE && (look() >= expiresAt || writtenAt < distrusted);
  }

  Mark mark() {
    return new Mark(look(), distrusted);
  }
}
