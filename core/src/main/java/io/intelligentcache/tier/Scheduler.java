package io.intelligentcache.tier;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * How long a cache waits: all timeouts, pauses between attempts and periodic work follow it. A manager has one that
 * follows real time. A test can supply another one instead, and decide when a timeout comes. How old data is, and when
 * it expires, follows a {@link TimeSource} instead. Thread-safe.
 *
 * <p>An implementation must not hold a lock while it runs work: the work may wait for a thread that calls this.
 */
public interface Scheduler {
  /**
   * The time that has passed. It never jumps; only differences are meaningful. The work may call it, too.
   *
   * @return nanoseconds since an arbitrary instant
   */
  long nanos();

  /**
   * Runs work once, when {@link #nanos} has advanced by a delay.
   *
   * @param work must be short, and must neither block nor be user code: other work waits for it
   * @param delayNanos the delay; if it is zero or negative, the work is run as soon as possible
   * @return a future that cancels the work; it has no meaningful result
   * @throws RejectedExecutionException if this was closed
   */
  Future<?> schedule(Runnable work, long delayNanos);

  /**
   * Runs work again and again, until it is cancelled.
   *
   * @param work as for {@link #schedule}. If it throws, it is not run again
   * @param pauseNanos the pause before the first run, and from the end of a run to the next one; positive
   * @return a future that ends the repetition when it is cancelled; it has no meaningful result
   * @throws RejectedExecutionException if this was closed
   */
  default Future<?> repeat(Runnable work, long pauseNanos) {
    var repetition = new Repetition(this, work, pauseNanos);
    repetition.pause();
    return repetition;
  }
}
