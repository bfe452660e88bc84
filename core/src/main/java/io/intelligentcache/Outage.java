package io.intelligentcache;

import java.time.Duration;

/**
 * What a cache answers while Redis can't say whether this instance's copy is still right.
 *
 * <p>Redis is away, or does not answer in time; then a copy may have been changed elsewhere. Which is
 * worse, an old value or none, differs from cache to cache: a price list may be half a minute old, a
 * session that was ended must not come back.
 */
public final class Outage {
  private final Duration mostAge;

  private Outage(Duration mostAge) {
    this.mostAge = mostAge;
  }

  /**
   * Such a copy is not answered: the loader is asked, and without one the key is absent.
   *
   * @return the setting
   */
  public static Outage strict() {
    return new Outage(Duration.ZERO);
  }

  /**
   * A copy is answered as long as it was right so short a time ago. What caches do unless told otherwise,
   * with 30 seconds.
   *
   * @param maxStale longest time since the copy was surely right; positive
   * @return the setting
   * @throws IllegalArgumentException if it is zero or negative
   */
  public static Outage bounded(Duration maxStale) {
    return new Outage(EntryOptions.Ttl.check("the most that a copy may be stale", maxStale));
  }

  /**
   * A copy is answered as long as it has not expired.
   *
   * @return the setting
   */
  public static Outage available() {
    return new Outage(Duration.ofNanos(Long.MAX_VALUE));
  }

  /** Whether a copy may be answered that was right so long ago. */
  boolean admits(long ageNanos) {
    return ageNanos < nanos();
  }

  private long nanos() {
    return Expiry.isForEver(mostAge) ? Long.MAX_VALUE : mostAge.toNanos();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Outage that && mostAge.equals(that.mostAge);
  }

  @Override
  public int hashCode() {
    return mostAge.hashCode();
  }

  @Override
  public String toString() {
    return mostAge.isZero()
        ? "strict"
        : Expiry.isForEver(mostAge) ? "available" : "bounded(" + mostAge + ")";
  }
}
