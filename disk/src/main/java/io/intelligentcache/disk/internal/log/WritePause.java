package io.intelligentcache.disk.internal.log;

import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps writes off while the writer cleans up, and for a while after a write failed: 30 seconds,
 * doubled each time up to ten minutes. Thread-safe.
 */
public final class WritePause {
  private static final Logger LOG = LoggerFactory.getLogger(WritePause.class);
  private static final long SHORTEST = Duration.ofSeconds(30).toNanos();
  private static final long LONGEST = Duration.ofMinutes(10).toNanos();

  private final TimeSource time;
  private final Object where;
  private long pause = SHORTEST;
  private volatile boolean held;
  private volatile boolean failed;
  private volatile long until;

  public WritePause(TimeSource time, Object where) {
    this.time = time;
    this.where = where;
  }

  /** Whether nothing is to be appended. */
  public boolean on() {
    return held || (failed && time.nanos() - until < 0);
  }

  /**
   * Whether the writer is cleaning up: what the index has forgotten may not be struck out yet, and
   * generations are taken back.
   */
  boolean held() {
    return held;
  }

  /** Until {@link #release}, however long that takes. */
  void hold() {
    held = true;
  }

  void release() {
    if (held) {
      held = false;
    }
  }

  /** Starts the pause: at the end of cleaning up, which may have taken long. */
  public synchronized void failure(Throwable cause) {
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
      succeeded();
    }
  }

  private synchronized void succeeded() {
    failed = false;
    pause = SHORTEST;
    LOG.info("The disk cache {} takes writes again", where);
  }
}
