package io.intelligentcache.tier;

/**
 * Receives invalidations from a shared tier: which keys other instances may have changed there.
 *
 * <p>All methods return at once, and any thread may call them. The contract between the calls:
 *
 * <ul>
 *   <li>Before the tier calls {@link #receivedUntil} with an instant, it has called {@link #changed} for
 *       every key whose change the tier had acknowledged before that instant.
 *   <li>If the tier can't tell which keys have changed, because it was not connected, it has called {@link
 *       #missed} instead.
 * </ul>
 *
 * <p>So reporting a change twice only costs an extra question to the tier. Failing to report a change is an
 * error.
 */
public interface Changes {
  /** Ignores all invalidations. */
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

  /** Every key has changed: all were removed. By default this is handled as {@link #missed}. */
  default void changedAll() {
    missed();
  }

  /**
   * Every change that was acknowledged before an instant has been reported.
   *
   * @param nanos on {@link TimeSource#nanos}
   */
  void receivedUntil(long nanos);
}
