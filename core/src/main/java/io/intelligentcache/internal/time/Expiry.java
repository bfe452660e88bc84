package io.intelligentcache.internal.time;

import io.intelligentcache.internal.setting.Settings;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When an entry expires, on both clocks. Memory uses the clock that never jumps. The lower tiers use the clock that
 * outlives the process. The remaining time is converted from one clock to the other, and is never rounded up.
 *
 * @param never whether it does not expire; then the deadline has no meaning
 * @param deadlineNanos on {@link TimeSource#nanos}
 */
public record Expiry(boolean never, long deadlineNanos) {
  static final Expiry NEVER = new Expiry(true, 0);

  public static Expiry in(@Nullable Duration ttl, TimeSource time) {
    return ttl == null || Settings.isForEver(ttl)
        ? NEVER
        : new Expiry(false, time.nanos() + ttl.toNanos());
  }

  /** The expiry of an item that was read from a lower tier. */
  public static Expiry of(Item item, TimeSource time) {
    if (item.expiresAtMillis() == Item.NEVER) {
      return NEVER;
    }
    // The wall clock shows whole milliseconds, so up to one more has passed than it shows.
    long remaining = Math.max(0, item.expiresAtMillis() - time.epochMillis() - 1);
    long nanos = Math.min(TimeUnit.MILLISECONDS.toNanos(remaining), Settings.FOR_EVER.toNanos());
    return new Expiry(false, time.nanos() + nanos);
  }

  /** This expiry, or a time from now on if that is earlier. */
  public Expiry within(@Nullable Duration most, TimeSource time) {
    Expiry other = in(most, time);
    return other.never || (!never && deadlineNanos - other.deadlineNanos <= 0) ? this : other;
  }

  /** This expiry on {@link TimeSource#epochMillis}, or {@link Item#NEVER}. */
  public long epochMillis(TimeSource time) {
    return never ? Item.NEVER : epochMillis(deadlineNanos - time.nanos(), time);
  }

  /** The wall-clock expiry of an entry that has some nanoseconds left to live. */
  public static long epochMillis(long remainingNanos, TimeSource time) {
    return time.epochMillis() + TimeUnit.NANOSECONDS.toMillis(remainingNanos);
  }
}
