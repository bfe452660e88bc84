package io.intelligentcache.disk;

import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Switches writes off for a while after one failed: 30 seconds, doubled each time up to ten minutes.
 * Told by the writer only, asked by any thread.
 */
final class Breaker {
  private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);
  private static final long SHORTEST = Duration.ofSeconds(30).toNanos();
  private static final long LONGEST = Duration.ofMinutes(10).toNanos();

  private final TimeSource time;
  private final Object where;
  private long pause = SHORTEST;
  private volatile boolean failed;
  private volatile long until;

  Breaker(TimeSource time, Object where) {
    this.time = time;
    this.where = where;
  }

  boolean open() {
    return failed && time.nanos() - until < 0;
  }

  void failure(Throwable cause) {
    LOG.warn(
        "Writing to the disk cache {} failed: writes are off for {} seconds, reads go on",
        where,
        Duration.ofNanos(pause).toSeconds(),
        cause);
    until = time.nanos() + pause;
    failed = true;
    pause = Math.min(LONGEST, 2 * pause);
  }

  void success() {
    if (failed) {
      failed = false;
      pause = SHORTEST;
      LOG.info("The disk cache {} takes writes again", where);
    }
  }
}
