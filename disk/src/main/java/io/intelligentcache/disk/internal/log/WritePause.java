package io.intelligentcache.disk.internal.log;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses writes while the writer cleans up, and for a while after a failed write or sync: 30
 * seconds, doubled for each further failure up to ten minutes. A write that succeeds does not end
 * the pause after a failed sync, because it need not reach the device. Thread-safe.
 */
public final class WritePause {
  private static final Logger LOG = LoggerFactory.getLogger(WritePause.class);
  private static final long SHORTEST = Duration.ofSeconds(30).toNanos();
  private static final long LONGEST = Duration.ofMinutes(10).toNanos();

  private final LongSupplier nanos;
  private final Object where;
  private long pause = SHORTEST;
  private volatile boolean held;
  private volatile boolean writeFailed;
  private volatile boolean syncFailed;
  private volatile long until;

  /**
   * Creates it, without a pause.
   *
   * @param nanos the scheduler's clock
   * @param where says in the log which disk cache pauses
   */
  public WritePause(LongSupplier nanos, Object where) {
    this.nanos = nanos;
    this.where = where;
  }

  /** Whether nothing may be appended. */
  public boolean on() {
    return held || ((writeFailed || syncFailed) && nanos.getAsLong() - until < 0);
  }

  /**
   * Whether the writer is cleaning up. Meanwhile records that the index has removed may not be
   * marked dead yet, and generations may be taken back.
   */
  boolean held() {
    return held;
  }

  /** Pauses writes until {@link #release}. */
  void hold() {
    held = true;
  }

  void release() {
    if (held) {
      held = false;
    }
  }

  /**
   * Starts the pause after a failed write. Called at the end of the cleanup, which may have taken
   * long.
   */
  public synchronized void writeFailed(Throwable cause) {
    begin(cause);
    writeFailed = true;
  }

  /** Starts the pause after a failed sync. */
  synchronized void syncFailed(Throwable cause) {
    begin(cause);
    syncFailed = true;
  }

  private void begin(Throwable cause) {
    LOG.warn(
        "Writing to the disk cache {} failed: no writes for {} seconds, reads continue",
        where,
        Duration.ofNanos(pause).toSeconds(),
        cause);
    until = nanos.getAsLong() + pause;
    pause = Math.min(LONGEST, 2 * pause);
  }

  void writeSucceeded() {
    if (writeFailed) {
      synchronized (this) {
        writeFailed = false;
        end();
      }
    }
  }

  void syncSucceeded() {
    if (syncFailed) {
      synchronized (this) {
        syncFailed = false;
        end();
      }
    }
  }

  private void end() {
    if (!writeFailed && !syncFailed) {
      pause = SHORTEST;
      LOG.info("The disk cache {} accepts writes again", where);
    }
  }
}
