package io.intelligentcache.redis.internal.clock;

import io.intelligentcache.tier.Version;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Draws the versions of this instance's writes: a hybrid logical clock.
 *
 * <p>The time of a version is {@code epoch << 52 | microseconds by the clock of Redis}. It is always greater than the
 * last one drawn here and any that was read here. So versions order the writes of one instance strictly, and a write
 * that follows the read of a record has a greater version than that record. The order between writes of different
 * instances is as exact as both instances know the time of Redis, about half a round trip each. The writer is a random
 * number per instance. It orders two versions of the same microsecond.
 *
 * <p>The epoch makes versions grow also when the clock of Redis is set back: see {@link Epoch}.
 *
 * <p>The time of Redis is not known before Redis is reached for the first time. The versions drawn until then count
 * from the opening of the tier. {@link #settled} converts them once the time is known.
 */
public final class Versions {
  public static final int EPOCH_SHIFT = 52;

  private static final long MICROS = (1L << EPOCH_SHIFT) - 1;
  private static final long PROVISIONAL = 1L << 48; // nine years of microseconds
  private static final long MOST_AHEAD_MICROS = Duration.ofMillis(50).toNanos() / 1_000;
  private static final long SET_MICROS = Duration.ofMillis(100).toNanos() / 1_000;
  private static final long MOST_UNITS_AHEAD = 20; // a day

  private final RedisClock clock;
  private final Epoch epoch;
  private final long writer;
  private final long openedNanos;
  private final AtomicLong last = new AtomicLong();

  public Versions(RedisClock clock, Epoch epoch, long writer) {
    this.clock = clock;
    this.epoch = epoch;
    this.writer = writer;
    this.openedNanos = clock.nanos();
  }

  /** The number that distinguishes the versions of this instance from those of others. */
  public long writer() {
    return writer;
  }

  /** The version of this instance with this time. */
  public Version of(long time) {
    return new Version(time, writer);
  }

  /** Draws the time of a put's version. */
  public long next() {
    return after(now());
  }

  /**
   * Draws the time of a removal's version. It is dated ahead by the possible error of this clock and another instance's
   * one, so that no earlier put has a greater version. A put of another instance that follows immediately may be
   * refused; that costs a miss.
   */
  public long nextOfRemoval() {
    return after(now() + ahead());
  }

  private long after(long now) {
    return last.updateAndGet(before -> Math.max(before + 1, now));
  }

  /**
   * Takes over the time of a record's version, unless it is impossible: versions drawn from this call on are greater.
   */
  public void seen(long time) {
    if (time > last.get() && time > now() && isPossible(time)) {
      epoch.learn(time >>> EPOCH_SHIFT);
      last.accumulateAndGet(time, Math::max);
    }
  }

  /**
   * Whether a writer may have drawn this time. It is impossible if it is two epochs ahead of the one known here, or a
   * day ahead in the same epoch. Then no writer drew it. If it were believed, all later versions of this
   * instance would be as great.
   */
  public boolean isPossible(long time) {
    long now = Math.max(now(), last.get());
    long epochs = (time >>> EPOCH_SHIFT) - (now >>> EPOCH_SHIFT);
    // As the scripts compare: by the upper halves, in units of 72 minutes.
    return epochs < 1 ? (time >>> 32) - (now >>> 32) <= MOST_UNITS_AHEAD : epochs == 1;
  }

  /** Whether the clock of Redis has not been set back, as far as is known, since this time was drawn here. */
  public boolean isOfThisEpoch(long time) {
    return time < PROVISIONAL || time >>> EPOCH_SHIFT == epoch.current();
  }

  /** Microseconds by the clock of Redis when a version with this time was drawn, or a little later. */
  public static long micros(long time) {
    return time & MICROS;
  }

  /** A time that was drawn here, in the form that is sent to Redis. */
  public long settled(long time) {
    return time >= PROVISIONAL || !clock.known() ? time : dated(clock.microsAt(openedNanos) + time);
  }

  /** The time of the clock, in the form of a version. Versions drawn or read before are not considered. */
  public long now() {
    return clock.known() ? dated(clock.micros()) : (clock.nanos() - openedNanos) / 1_000;
  }

  /** The time source's clock, for {@link #redated}. */
  public long nanos() {
    return clock.nanos();
  }

  /**
   * A time that was drawn at an instant, or the one that would be drawn for that instant by the clock as it is known at
   * present, if that one is so much later that the clock of Redis must have been set unnoticed.
   */
  public long redated(long time, long drawnNanos) {
    long now = clock.known() ? dated(clock.microsAt(drawnNanos) + ahead()) : time;
    return now - time > SET_MICROS ? now : time;
  }

  /** An upper bound of the present microsecond on the clock of Redis: the estimate plus its possible error. */
  public long latestMicros() {
    return micros(now()) + clock.errorMicros();
  }

  private long ahead() {
    return Math.min(2 * clock.errorMicros(), MOST_AHEAD_MICROS);
  }

  private long dated(long micros) {
    return (epoch.current() << EPOCH_SHIFT) | (micros & MICROS);
  }
}
