package io.intelligentcache.redis.internal.clock;

import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.TimeSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The time of Redis as this instance counts it, and expiry translated between the two.
 *
 * <p>Instances never compare their wall clocks: what travels is the time on the clock of Redis. Where
 * several servers own the keys it is the time of the one whose clock is ahead. Slots move from one
 * to another with the versions that were given to their records; were each slot's versions counted by
 * its own server, every write to what came from a server that is ahead would be refused for as long
 * as it is ahead. And it has to be the same for all instances, whichever keys they use.
 */
public final class RedisClock {
  private final TimeSource time;
  private volatile List<ServerClock> clocks = List.of();
  private volatile @Nullable ServerClock retired; // counts while no other is known

  public RedisClock(TimeSource time) {
    this.time = time;
  }

  /** The clock of one more server. */
  public synchronized ServerClock add() {
    ServerClock added = new ServerClock(time);
    List<ServerClock> more = new ArrayList<>(clocks);
    more.add(added);
    clocks = List.copyOf(more);
    return added;
  }

  /** A server is gone. If it was the last one known, its time goes on: what was known once stays so. */
  public synchronized void remove(ServerClock gone) {
    if (gone.known()) {
      retired = gone;
    }
    List<ServerClock> fewer = new ArrayList<>(clocks);
    fewer.remove(gone);
    clocks = List.copyOf(fewer);
  }

  /** The time source's clock, for {@link #microsAt}. */
  public long nanos() {
    return time.nanos();
  }

  /**
   * An instant, in two ways, because the clock of Redis may be set between it and the time at which it matters.
   *
   * @param nanos on the time source's clock
   * @param micros what was taken then for the clock of Redis; 0 if nothing was known of it
   */
  public record Instant(long nanos, long micros) {}

  /** This instant. */
  public Instant instant() {
    long nanos = time.nanos();
    return new Instant(nanos, microsAt(nanos));
  }

  /** The earlier of what an instant was then on the clock of Redis, and what it is by what is known now. */
  public long earlierMicros(Instant then) {
    long now = microsAt(then.nanos());
    return then.micros() == 0 ? now : Math.min(then.micros(), now);
  }

  /** The later of the two. */
  public long laterMicros(Instant then) {
    return Math.max(then.micros(), microsAt(then.nanos()));
  }

  /** Whether Redis was ever reached. */
  boolean known() {
    return leading(time.nanos()) != null;
  }

  /** Microseconds since the epoch on the clock of Redis; 0 before it was ever reached. */
  public long micros() {
    return microsAt(time.nanos());
  }

  /** The same at another instant of the time source's clock. */
  long microsAt(long nanos) {
    ServerClock leading = leading(nanos);
    return leading == null ? 0 : leading.microsAt(nanos);
  }

  /** How far {@link #micros} may be from the truth, in microseconds, as far as is known. */
  public long errorMicros() {
    ServerClock leading = leading(time.nanos());
    return leading == null ? 0 : leading.errorMicros();
  }

  private @Nullable ServerClock leading(long nanos) {
    ServerClock leading = null;
    for (ServerClock clock : clocks) {
      if (clock.known() && (leading == null || clock.microsAt(nanos) > leading.microsAt(nanos))) {
        leading = clock;
      }
    }
    return leading == null ? retired : leading;
  }

  /** Milliseconds until a local expiry; not positive once it is reached. */
  public long remainingMillis(long localExpiry) {
    long now = time.epochMillis();
    return localExpiry <= now ? 0 : localExpiry - now;
  }

  /** A local expiry, on the clock of Redis. */
  public long toRedis(long localExpiry) {
    return localExpiry == Item.NEVER ? Item.NEVER : shift(localExpiry, redisMinusLocal());
  }

  /** An expiry on the clock of Redis, on the local clock. */
  public long toLocal(long redisExpiry) {
    return redisExpiry == Item.NEVER ? Item.NEVER : shift(redisExpiry, -redisMinusLocal());
  }

  private long redisMinusLocal() {
    return micros() / 1_000 - time.epochMillis();
  }

  /** Saturates one short of never: what expires keeps expiring. */
  private static long shift(long millis, long by) {
    long sum = millis + by;
    if (((millis ^ sum) & (by ^ sum)) < 0) {
      return by > 0 ? Item.NEVER - 1 : Long.MIN_VALUE;
    }
    return Math.min(sum, Item.NEVER - 1);
  }
}
