package io.intelligentcache.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbers the writes of this instance: microseconds of the clock of Redis, but always more than the
 * last one and more than any that was seen. Within the instance they order writes strictly, and a
 * write that follows the read of a record is after that record; otherwise they order the writes of
 * different instances as well as the clocks of both are known, about half a round trip each.
 *
 * <p>Before Redis was ever reached its time is not known. Versions drawn then count from the opening
 * of the tier, and {@link #settled} says what they are once the time is known.
 */
final class Versions {
  private static final long PROVISIONAL = 1L << 48; // nine years of microseconds
  private static final long MOST_AHEAD_MICROS = Duration.ofMillis(50).toNanos() / 1_000;

  /** Leaves more versions after it than anybody will ever draw; see {@link RecordFormat}. */
  private static final long MOST_SEEN = (1L << 62) - (1L << 44);

  private final RedisClock clock;
  private final long openedNanos;
  private final AtomicLong last = new AtomicLong();

  Versions(RedisClock clock) {
    this.clock = clock;
    this.openedNanos = clock.nanos();
  }

  /** The version of a put. */
  long next() {
    return after(now());
  }

  /**
   * The version of a removal: ahead by what this clock and another one may be wrong, so that no put
   * from before it has a greater one. Another's put right after it may lose to it; that costs a miss.
   */
  long nextOfRemoval() {
    return after(now() + Math.min(2 * clock.errorMicros(), MOST_AHEAD_MICROS));
  }

  private long after(long now) {
    return last.updateAndGet(before -> Math.max(before + 1, now));
  }

  /**
   * A record has this version: what is written from now on is after it. But for one that leaves no room
   * for that: no write of this instance would ever be stored again.
   */
  void seen(long version) {
    if (version > last.get() && version > now() && version <= MOST_SEEN) {
      last.accumulateAndGet(version, Math::max);
    }
  }

  /** A version that was drawn here, as it is to be sent. */
  long settled(long version) {
    return version >= PROVISIONAL || !clock.known()
        ? version
        : clock.microsAt(openedNanos) + version;
  }

  private long now() {
    return clock.known() ? clock.micros() : (clock.nanos() - openedNanos) / 1_000;
  }
}
