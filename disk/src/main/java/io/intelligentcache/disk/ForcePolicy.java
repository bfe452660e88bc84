package io.intelligentcache.disk;

import io.intelligentcache.internal.setting.Settings;
import java.time.Duration;

/**
 * When the disk tier syncs written data to the device (fsync), on a thread of its own. No caller
 * waits for it.
 *
 * <p>A policy evens out the load of the device and limits what a loss of power destroys in the
 * files. It makes no difference for {@code kill -9}, because the system's page cache survives that.
 * It makes no difference for reads after a crash of the operating system either: the tier starts
 * empty then, because it is unknown which removals had reached the device.
 *
 * @param whenSealed whether each segment is synced as soon as it is full
 * @param every how often written data is synced; zero for no such interval
 */
public record ForcePolicy(boolean whenSealed, Duration every) {
  /** The operating system decides when to sync: the default. */
  public static final ForcePolicy NEVER = new ForcePolicy(false, Duration.ZERO);

  /** Syncs each segment as soon as it is full. */
  public static final ForcePolicy PER_SEGMENT = new ForcePolicy(true, Duration.ZERO);

  /**
   * Checks the interval.
   *
   * @param whenSealed whether each segment is synced as soon as it is full
   * @param every how often written data is synced; zero for no such interval
   * @throws IllegalArgumentException if the interval is neither zero nor within the limits
   */
  public ForcePolicy {
    if (!every.isZero()) {
      Settings.DISK_FORCE_INTERVAL.check(every);
    }
  }

  /**
   * Syncs written data at an interval.
   *
   * @param time 10 milliseconds to a day
   * @return a policy with that interval
   * @throws IllegalArgumentException if the interval is outside the limits
   */
  public static ForcePolicy every(Duration time) {
    return new ForcePolicy(false, Settings.DISK_FORCE_INTERVAL.check(time));
  }
}
