package io.intelligentcache.internal.concurrent;

import io.intelligentcache.internal.concurrent.DeadlineTimer.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Ends waits that take too long: a timer says when, and an executor does it.
 *
 * @param where ends the waits, and never refuses. The only user code that the manager's runs is {@code toString} of a
 *     key, for the message of a failure
 */
public record Timeouts(DeadlineTimer timer, Executor where) {
  /** Runs a step after a delay. The step can be cancelled. */
  public Deadline after(long nanos, Runnable step) {
    return timer.after(nanos, () -> where.execute(step));
  }

  /**
   * The outcome of a future, if it comes in time. See {@link DeadlineTimer#limit}.
   *
   * @param <T> the type of its value
   * @param late creates the failure of the answer if the future is late
   */
  public <T> CompletableFuture<T> limit(
      CompletableFuture<T> future, long nanos, Supplier<? extends Throwable> late) {
    return timer.limit(future, nanos, where, late);
  }

  /** The clock of the timer. */
  public long nanos() {
    return timer.nanos();
  }

  /** Whether the timer is closed. Then all waits have been ended. */
  public boolean isClosed() {
    return timer.isClosed();
  }
}
