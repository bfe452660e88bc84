package io.intelligentcache.stats;

import java.time.Duration;

/**
 * Invalidations that this instance received from the shared tier.
 *
 * <p>For reading: the library creates it. Later versions may add methods, so implement it in tests at most.
 */
public interface InvalidationStats {
  /**
   * {@return the staleness bound: after a change was acknowledged, the older value is answered no longer than
   * this}
   */
  Duration bound();

  /**
   * {@return for how long, at this instant, changes may have happened that this instance has not received yet. If
   * it is longer than the bound, every read asks the tier}
   */
  Duration window();

  /**
   * {@return the longest that window was within the bound: the age of the oldest value that can have been answered
   * without asking the tier}
   */
  Duration widestWindow();

  /** {@return keys that were reported as changed, own writes included} */
  long changes();

  /** {@return how often any key might have changed: once per connection, and whenever all keys were removed} */
  long gaps();
}
