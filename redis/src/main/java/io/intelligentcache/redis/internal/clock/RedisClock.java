package io.intelligentcache.redis.internal.clock;

import io.intelligentcache.internal.time.ClockOffset;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.TimeSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The time of Redis as this instance counts it, and the conversion of expiry times between it and the local clock.
 *
 * <p>Instances never compare their wall clocks. They exchange times on the clock of Redis only. If several servers own
 * the keys, it is the clock of the server that is ahead of the others. The reason: slots move between servers together
 * with the versions of their records. If each server counted the versions of its own slots, a slot could move from a
 * server whose clock is ahead. Then every write to its keys would be refused until the clock of the new owner has
 * caught up. The time also has to be the same for all instances, whichever keys they use.
 */
public final class RedisClock {
  private final TimeSource time;

  private volatile List<ServerClock> clocks = List.of();
  private volatile @Nullable ServerClock retired; // used while no other clock is known

  private final ClockOffset redisMinusLocal;

  public RedisClock(TimeSource time) {
    this.time = time;
    this.redisMinusLocal = new ClockOffset(() -> micros() / 1_000, time::epochMillis, 1, 0);
  }

  /** Adds the clock of one more server. */
  public synchronized ServerClock add() {
    ServerClock added = new ServerClock(time);
    List<ServerClock> more = new ArrayList<>(clocks);
    more.add(added);
    clocks = List.copyOf(more);
    return added;
  }

  /**
   * Removes the clock of a server that is gone. If it was the last known clock, this instance continues to use it, so
   * that the time stays known.
   */
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
   * An instant on two clocks, because the clock of Redis may be set between that instant and its use.
   *
   * @param nanos on the time source's clock
   * @param micros on the clock of Redis as it was known at that instant; 0 if it was not known
   */
  public record Instant(long nanos, long micros) {}

  /** The present instant. */
  public Instant instant() {
    long nanos = time.nanos();
    return new Instant(nanos, microsAt(nanos));
  }

  /**
   * The earlier of two times on the clock of Redis: the one that was recorded for an instant, and the one that follows
   * from what is known at present.
   */
  public long earlierMicros(Instant then) {
    long now = microsAt(then.nanos());
    return then.micros() == 0 ? now : Math.min(then.micros(), now);
  }

  /** The later of these two times. */
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

  /** Milliseconds until a local expiry; 0 if it has passed. */
  public long remainingMillis(long localExpiry) {
    long now = time.epochMillis();
    return localExpiry <= now ? 0 : localExpiry - now;
  }

  /** Converts a local expiry to the clock of Redis. */
  public long toRedis(long localExpiry) {
    return localExpiry == Item.NEVER ? Item.NEVER : shift(localExpiry, redisMinusLocal.millis());
  }

  /** Converts an expiry on the clock of Redis to the local clock. */
  public long toLocal(long redisExpiry) {
    return redisExpiry == Item.NEVER ? Item.NEVER : shift(redisExpiry, -redisMinusLocal.millis());
  }

  /** Saturates just below {@link Item#NEVER}: an item that expires must not become one that never expires. */
  private static long shift(long millis, long by) {
    long sum = millis + by;
    if (((millis ^ sum) & (by ^ sum)) < 0) {
      return by > 0 ? Item.NEVER - 1 : Long.MIN_VALUE;
    }
    return Math.min(sum, Item.NEVER - 1);
  }
}
