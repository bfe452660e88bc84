package io.intelligentcache.disk;

import io.intelligentcache.internal.setting.Settings;
import java.time.Duration;

/**
 * When the disk tier has the system bring what it wrote to the device, on a thread that nobody waits
 * for.
 *
 * <p>This evens out the load of the device and bounds what a loss of power takes from it. It changes
 * nothing for {@code kill -9}, which the system's page cache survives, and nothing for what is
 * served after a crash of the system: the tier starts empty then, because which removals reached the
 * device nobody knows.
 *
 * @param whenSealed whether each segment is forced as soon as it is full
 * @param every after which time what was written is forced; zero for not by time
 */
public record ForcePolicy(boolean whenSealed, Duration every) {
  /** Leaves it to the system: the default. */
  public static final ForcePolicy NEVER = new ForcePolicy(false, Duration.ZERO);

  /** Each segment as soon as it is full. */
  public static final ForcePolicy PER_SEGMENT = new ForcePolicy(true, Duration.ZERO);

  /**
   * Checks the time.
   *
   * @param whenSealed whether each segment is forced as soon as it is full
   * @param every after which time what was written is forced; zero for not by time
   * @throws IllegalArgumentException if the time is neither zero nor within the limits
   */
  public ForcePolicy {
    if (!every.isZero()) {
      Settings.DISK_FORCE_INTERVAL.check(every);
    }
  }

  /**
   * By time.
   *
   * @param time 10 milliseconds to a day
   * @return a policy that forces what was written every so often
   * @throws IllegalArgumentException if that is not within the limits
   */
  public static ForcePolicy every(Duration time) {
    return new ForcePolicy(false, Settings.DISK_FORCE_INTERVAL.check(time));
  }
}
