package io.intelligentcache.internal.time;

import io.intelligentcache.internal.setting.Settings;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When an entry expires, on both clocks. Memory uses the clock that never jumps. The lower tiers use the clock that
 * outlives the process. The remaining time is converted from one clock to the other, and is never rounded up. The
 * expiry of an item keeps the instant that the item has: if it were converted back, each conversion would shorten the
 * life of a value that is replaced again and again and keeps its expiry.
 *
 * @param never whether it does not expire; then the deadline has no meaning
 * @param deadlineNanos on {@link TimeSource#nanos}
 * @param itemMillis on {@link TimeSource#epochMillis}, if it is the expiry of an item; else {@link #NO_ITEM}
 */
public record Expiry(boolean never, long deadlineNanos, long itemMillis) {
  private static final long NO_ITEM = Long.MIN_VALUE;

  /** The expiry of an entry that does not expire. */
  public static final Expiry NEVER = new Expiry(true, 0, NO_ITEM);

  public static Expiry in(@Nullable Duration ttl, TimeSource time) {
    return ttl == null || Settings.isForEver(ttl) ? NEVER : at(time.nanos() + ttl.toNanos());
  }

  /** An expiry at an instant on {@link TimeSource#nanos}. */
  public static Expiry at(long deadlineNanos) {
    return new Expiry(false, deadlineNanos, NO_ITEM);
  }

  /** The expiry of an item that was read from a lower tier. */
  public static Expiry of(Item item, TimeSource time) {
    if (item.expiresAtMillis() == Item.NEVER) {
      return NEVER;
    }
    long now = time.nanos(); // first: a pause between the two clocks must not make it later
    // The wall clock shows whole milliseconds, so up to one more has passed than it shows.
    long remaining = Math.max(0, item.expiresAtMillis() - time.epochMillis() - 1);
    long nanos = Math.min(TimeUnit.MILLISECONDS.toNanos(remaining), Settings.FOR_EVER.toNanos());
    return new Expiry(false, now + nanos, item.expiresAtMillis());
  }

  /** This expiry, or a time from now on if that is earlier. */
  public Expiry within(@Nullable Duration most, TimeSource time) {
    Expiry other = in(most, time);
    return other.never || (!never && deadlineNanos - other.deadlineNanos <= 0) ? this : other;
  }

  /** This expiry on {@link TimeSource#epochMillis}, or {@link Item#NEVER}. */
  public long epochMillis(TimeSource time) {
    if (never) {
      return Item.NEVER;
    }
    if (itemMillis != NO_ITEM) {
      return itemMillis;
    }
    long wall = time.epochMillis(); // first: a pause between the two clocks must not make it later
    return wall + TimeUnit.NANOSECONDS.toMillis(deadlineNanos - time.nanos());
  }

  /** Whether it has come by an instant on {@link TimeSource#nanos}. */
  public boolean isPast(long nowNanos) {
    return !never && deadlineNanos - nowNanos <= 0;
  }

  /** The time from an instant on {@link TimeSource#nanos} until it comes, or null if it never comes. */
  public @Nullable Duration left(long nowNanos) {
    return never ? null : Duration.ofNanos(deadlineNanos - nowNanos);
  }
}
