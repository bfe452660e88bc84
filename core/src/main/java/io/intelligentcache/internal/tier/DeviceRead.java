package io.intelligentcache.internal.tier;

import io.intelligentcache.tier.Reason;

/**
 * A read of a device: run by one thread, and given up by another if it takes too long.
 *
 * <p>It is <i>late</i> if its caller has got nothing for {@link TimedRead#DEADLINE}, whatever the reason. It
 * <i>hangs</i> if it has been running for that long without an answer of the device.
 */
interface DeviceRead extends Runnable {
  /**
   * Answers what was read; the rest is refused.
   *
   * @return how many requests are refused; 0 if it was answered before
   */
  int end(Reason why);

  /** Whether it has begun to run. One that is answered before that never reads anything. */
  boolean isRunning();

  boolean isLate(long now);

  boolean hangs(long now);

  /** Repeats what it hangs at. */
  void again();
}
