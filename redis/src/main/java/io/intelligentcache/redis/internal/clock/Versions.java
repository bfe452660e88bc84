package io.intelligentcache.redis.internal.clock;

import io.intelligentcache.tier.Version;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Draws the versions of this instance's writes: a hybrid logical clock.
 *
 * <p>The time of a version is {@code epoch << 52 | microseconds by the clock of Redis}, but always more than
 * the last one drawn and more than any that was read. So within the instance versions order writes strictly, and a
 * write that follows the read of a record is after that record. Otherwise they order the writes of different instances as
 * exactly as both know the time of Redis, about half a round trip each. The writer, a random number per
 * instance, orders what two instances draw in the same microsecond.
 *
 * <p>The epoch makes versions grow also when the clock of Redis is set back: see {@link Epoch}.
 *
 * <p>Before Redis was ever reached its time is not known. Versions drawn then count from the opening
 * of the tier, and {@link #settled} says what they are once the time is known.
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

  /** What tells this instance's versions from others'. */
  public long writer() {
    return writer;
  }

  /** The version of the write of this instance that has this time. */
  public Version of(long time) {
    return new Version(time, writer);
  }

  /** The time of a put's version. */
  public long next() {
    return after(now());
  }

  /**
   * The time of a removal's version: ahead by what this clock and another one may be wrong, so that no put
   * from before it has a greater one. Another's put right after it may lose to it; that costs a miss.
   */
  public long nextOfRemoval() {
    return after(now() + ahead());
  }

  private long after(long now) {
    return last.updateAndGet(before -> Math.max(before + 1, now));
  }

  /** A record has a version of this time: what is written from now on is after it, unless it is impossible. */
  public void seen(long time) {
    if (time > last.get() && time > now() && isPossible(time)) {
      epoch.learn(time >>> EPOCH_SHIFT);
      last.accumulateAndGet(time, Math::max);
    }
  }

  /**
   * Whether a writer may have drawn this time. Two epochs ahead of what is known here, or a day ahead in the same
   * one, it was made up; believing it would make every later version of this instance as great.
   */
  public boolean isPossible(long time) {
    long now = Math.max(now(), last.get());
    long epochs = (time >>> EPOCH_SHIFT) - (now >>> EPOCH_SHIFT);
    // As the programs compare: by the upper halves, in units of 72 minutes.
    return epochs < 1 ? (time >>> 32) - (now >>> 32) <= MOST_UNITS_AHEAD : epochs == 1;
  }

  /** Whether the clock of Redis has not been set back, as far as is known, since a time was drawn here. */
  public boolean isOfThisEpoch(long time) {
    return time < PROVISIONAL || time >>> EPOCH_SHIFT == epoch.current();
  }

  /** Microseconds by the clock of Redis when a version with this time was drawn, or a little later. */
  public static long micros(long time) {
    return time & MICROS;
  }

  /** A time that was drawn here, as it is to be sent. */
  public long settled(long time) {
    return time >= PROVISIONAL || !clock.known() ? time : dated(clock.microsAt(openedNanos) + time);
  }

  /** The time of a version that is drawn now, but for what was drawn or read before. */
  public long now() {
    return clock.known() ? dated(clock.micros()) : (clock.nanos() - openedNanos) / 1_000;
  }

  /** The time source's clock, for {@link #redated}. */
  public long nanos() {
    return clock.nanos();
  }

  /**
   * A time that was drawn at an instant, or what would be drawn for that instant by what is known now, if that is
   * later by so much that the clock of Redis must have been set unnoticed.
   */
  public long redated(long time, long drawnNanos) {
    long now = clock.known() ? dated(clock.microsAt(drawnNanos) + ahead()) : time;
    return now - time > SET_MICROS ? now : time;
  }

  /** Microseconds by the clock of Redis, or later by as much as that may be wrong here: it is not after this. */
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
