package io.intelligentcache;

import io.intelligentcache.internal.setting.Settings;
import java.time.Duration;

/**
 * What a cache answers from its own copies while Redis does not answer. While Redis answers, a copy that
 * another instance may have changed is never answered without asking Redis first, whatever is set here.
 *
 * <p>While Redis does not answer, a copy is one of three kinds:
 *
 * <ul>
 *   <li><b>Trusted</b>: Redis has reported all changes until less than the {@linkplain
 *       TieredCacheManager.Builder#stalenessBound staleness bound} ago, and none of this key. It is
 *       answered as usual.
 *   <li><b>Unconfirmed</b>: no change of its key was reported, but this instance may have missed one. This
 *       setting says whether it is answered.
 *   <li><b>Outdated</b>: a change of its key was reported after the copy was right. It is answered by
 *       {@link #available} only.
 * </ul>
 *
 * <p>What is not answered is a miss: the loader is asked, and without a loader the key is absent. Which
 * is worse, an old value or none, differs from cache to cache: a price list may be half a minute old, a
 * session that was ended must not come back.
 *
 * <p>Redis reports the key of a change and not its writer. So a value that this instance wrote or loaded
 * itself counts as outdated too, until the first read after the write has asked Redis about it. Changes
 * are noted in 65,536 groups of keys, so a change of one key makes the copies of the other keys of its
 * group outdated until they have been asked about.
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
   * While Redis does not answer, an unconfirmed copy is answered if it was surely right less than {@code
   * maxStale} ago; an outdated copy never is. This is the default, with 30 seconds.
   *
   * <p>A copy on disk from before a restart is not answered: nobody knows when it was right.
   *
   * @param maxStale longest time since the copy was surely right; positive
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

  /** {@return how long ago an unconfirmed copy must have been right to be answered} */
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
