package io.intelligentcache.tier;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * How long a cache waits: all timeouts, pauses between attempts and periodic work follow it. The one that a manager
 * uses unless it is told otherwise follows real time. A test can supply another one, and decide when a timeout comes.
 * How old data is, and when it expires, follows a {@link TimeSource} instead. Thread-safe.
 */
public interface Scheduler extends AutoCloseable {
  /**
   * The time that has passed. It never jumps; only differences are meaningful.
   *
   * @return nanoseconds since an arbitrary instant
   */
  long nanos();

  /**
   * Runs work once, when {@link #nanos} has advanced by a delay.
   *
   * @param work must be short, and must neither block nor be user code: other work waits for it
   * @param delayNanos the delay; work that has no delay to wait for is run as soon as possible
   * @return by which the work can be cancelled; it has no meaningful result
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

  /** Is called when the manager has been closed. Work that is still pending is not run. */
  @Override
  default void close() {}
}
