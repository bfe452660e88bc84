package io.intelligentcache.tier;

/**
 * Hears from a tier that other instances change too what they may have changed there.
 *
 * <p>All methods return at once, and may be called by any thread. The contract between their calls:
 *
 * <ul>
 *   <li>Having called {@link #receivedUntil} with an instant, the tier has called {@link #changed} for
 *       every key that anybody changed before that instant with an acknowledgement from the tier.
 *   <li>Where it can't tell which keys that were, because it was not listening, it has called {@link
 *       #missed} instead.
 * </ul>
 *
 * <p>So a change that is told too often costs a question; only the one that is never told would be an
 * error.
 */
public interface Changes {
  /** Hears nothing. */
  Changes IGNORED = new Changes() {
    @Override
    public void changed(TierKey key) {}

    @Override
    public void missed() {}

    @Override
    public void receivedUntil(long nanos) {}
  };

  /**
   * A key may have changed.
   *
   * @param key which
   */
  void changed(TierKey key);

  /** Any key may have changed. */
  void missed();

  /**
   * Every key has changed: all were removed. Unless a listener can do more with it, as {@link
   * #missed}.
   */
  default void changedAll() {
    missed();
  }

  /**
   * Of all that was acknowledged before an instant, nothing is untold.
   *
   * @param nanos on {@link TimeSource#nanos}
   */
  void receivedUntil(long nanos);
}
