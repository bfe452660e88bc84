package io.intelligentcache.internal.time;

import io.intelligentcache.internal.setting.Settings;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When an entry expires, on both clocks: memory follows the one that never jumps, the tiers below
 * the one that outlives the process. What travels is the remaining time, never rounded up.
 *
 * @param never whether it does not expire; the deadline means nothing then
 * @param deadlineNanos on {@link TimeSource#nanos}
 */
public record Expiry(boolean never, long deadlineNanos) {
  static final Expiry NEVER = new Expiry(true, 0);

  public static Expiry in(@Nullable Duration ttl, TimeSource time) {
    return ttl == null || Settings.isForEver(ttl)
        ? NEVER
        : new Expiry(false, time.nanos() + ttl.toNanos());
  }

  /** Of an item that came up from a tier. */
  public static Expiry of(Item item, TimeSource time) {
    if (item.expiresAtMillis() == Item.NEVER) {
      return NEVER;
    }
    // The wall clock shows whole milliseconds, so up to one more has passed than it shows.
    long remaining = Math.max(0, item.expiresAtMillis() - time.epochMillis() - 1);
    long nanos = Math.min(TimeUnit.MILLISECONDS.toNanos(remaining), Settings.FOR_EVER.toNanos());
    return new Expiry(false, time.nanos() + nanos);
  }

  /** This, or a time from now on if that is earlier. */
  public Expiry within(@Nullable Duration most, TimeSource time) {
    Expiry other = in(most, time);
    return other.never || (!never && deadlineNanos - other.deadlineNanos <= 0) ? this : other;
  }

  /** When that is on {@link TimeSource#epochMillis}, or {@link Item#NEVER}. */
  public long epochMillis(TimeSource time) {
    return never ? Item.NEVER : epochMillis(deadlineNanos - time.nanos(), time);
  }

  /** The wall-clock expiry of what has some nanoseconds to live. */
  public static long epochMillis(long remainingNanos, TimeSource time) {
    return time.epochMillis() + TimeUnit.NANOSECONDS.toMillis(remainingNanos);
  }
}
