package io.intelligentcache;

import io.intelligentcache.internal.setting.Settings;
import java.time.Duration;

/**
 * What a cache answers from its own copies while Redis does not answer. While Redis answers, the cache never
 * answers a copy that another instance may have changed without asking Redis first, whatever is set here.
 *
 * <p>While Redis does not answer, a copy is one of three kinds:
 *
 * <ul>
 *   <li><b>Trusted</b>: this instance has received all invalidations up to less than the {@linkplain
 *       TieredCacheManager.Builder#stalenessBound staleness bound} ago, and none of them was for this key. The
 *       copy is answered as usual.
 *   <li><b>Unconfirmed</b>: this instance has received no invalidation of the key, but may have missed one.
 *       This setting says whether the copy is answered.
 *   <li><b>Outdated</b>: this instance has received an invalidation of the key after the copy was right.
 *       Only {@link #available} answers the copy.
 * </ul>
 *
 * <p>A copy that is not answered counts as a miss: the loader is called, and without a loader the key is
 * absent. Which is worse, an old value or none, depends on the cache: a price list may be half a minute old,
 * but a session that was ended must not come back.
 *
 * <p>Redis reports which key changed, not which instance changed it. So a value that this instance wrote or
 * loaded itself counts as outdated too, until the first read after the write has asked Redis about it.
 * Invalidations are recorded for 65,536 groups of keys. So a change of one key makes the copies of the other
 * keys of its group outdated, until Redis has been asked about them.
 */
public final class Outage {
  private final Duration mostAge;
  private final boolean outdatedToo;

  private Outage(Duration mostAge, boolean outdatedToo) {
    this.mostAge = mostAge;
    this.outdatedToo = outdatedToo;
  }

  /**
   * While Redis does not answer, neither unconfirmed nor outdated copies are answered.
   *
   * @return the setting
   */
  public static Outage strict() {
    return new Outage(Duration.ZERO, false);
  }

  /**
   * While Redis does not answer, an unconfirmed copy is answered if it was certainly right less than {@code
   * maxStale} ago; an outdated copy never is. This is the default, with 30 seconds.
   *
   * <p>A copy on disk from before a restart is not answered: the time when it was last right is unknown.
   *
   * @param maxStale longest time since the copy was certainly right; positive
   * @return the setting
   * @throws IllegalArgumentException if it is zero or negative
   */
  public static Outage bounded(Duration maxStale) {
    return new Outage(Settings.OUTAGE_AGE.check(maxStale), false);
  }

  /**
   * While Redis does not answer, every copy is answered until it expires, outdated ones too.
   *
   * @return the setting
   */
  public static Outage available() {
    return new Outage(Duration.ofNanos(Long.MAX_VALUE), true);
  }

  /** {@return the time within which an unconfirmed copy must have been right to be answered} */
  public Duration maxStale() {
    return mostAge;
  }

  /** {@return whether outdated copies are answered, too} */
  public boolean answersOutdated() {
    return outdatedToo;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Outage that
        && mostAge.equals(that.mostAge)
        && outdatedToo == that.outdatedToo;
  }

  @Override
  public int hashCode() {
    return 31 * mostAge.hashCode() + Boolean.hashCode(outdatedToo);
  }

  @Override
  public String toString() {
    return mostAge.isZero() ? "strict" : outdatedToo ? "available" : "bounded(" + mostAge + ")";
  }
}
