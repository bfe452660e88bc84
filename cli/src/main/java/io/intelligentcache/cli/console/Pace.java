package io.intelligentcache.cli.console;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Reports the progress of long work: the share done, the speed, and the remaining time. Thread-safe. */
public final class Pace {
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier clock;
  private final long startNanos;

  /**
   * Starts the measurement.
   *
   * @param clock nanoseconds
   */
  public Pace(LongSupplier clock) {
    this.clock = clock;
    this.startNanos = clock.getAsLong();
  }

  /**
   * Describes the progress.
   *
   * @param done requests done
   * @param all all requests, at least 1
   * @return for example {@code 25.00 %, 1,500,000 requests/s, 12 s left}
   */
  public String at(long done, long all) {
    String share = Numbers.percent((double) done / all);
    double seconds = (clock.getAsLong() - startNanos) / NANOS;
    if (done <= 0 || seconds <= 0) {
      return share;
    }
    double perSecond = done / seconds;
    return share + ", " + Numbers.count(Math.round(perSecond)) + " requests/s, "
        + time(Math.round((all - done) / perSecond)) + " left";
  }

  private static String time(long seconds) {
    if (seconds < MINUTE) {
      return seconds + " s";
    }
    return seconds < HOUR
        ? seconds / MINUTE + " min " + seconds % MINUTE + " s"
        : seconds / HOUR + " h " + seconds % HOUR / MINUTE + " min";
  }
}
