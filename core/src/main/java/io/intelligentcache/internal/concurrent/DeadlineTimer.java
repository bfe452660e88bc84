package io.intelligentcache.internal.concurrent;

import static java.util.Objects.requireNonNull;

import io.intelligentcache.tier.Scheduler;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of one part of the library, on the manager's scheduler: work is handed over when they come.
 *
 * <p>Closing hands over all pending deadlines early, so that no caller waits for a result that will not come. The
 * scheduler goes on.
 */
public final class DeadlineTimer implements AutoCloseable {
  private final Scheduler scheduler;
  private final Set<Deadline> pending = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  public DeadlineTimer(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** {@return the clock of the deadlines, see {@link Scheduler#nanos}} */
  public long nanos() {
    return scheduler.nanos();
  }

  /** {@return whether this was closed, or has found its scheduler closed: from then on each deadline comes at once} */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Hands work over after a delay.
   *
   * @param nanos the delay
   * @param handOver gives work to an executor; runs on the scheduler's thread, so it must neither block nor be user code
   * @return the deadline, which can be cancelled
   */
  public Deadline after(long nanos, Runnable handOver) {
    var deadline = new Deadline(requireNonNull(handOver, "handOver"));
    pending.add(deadline);
    try {
      deadline.timer = scheduler.schedule(deadline, nanos);
    } catch (RejectedExecutionException ended) {
      if (!closed) {
        close(); // the scheduler was closed first, so no pending deadline comes either
      }
    } catch (OutOfMemoryError noThread) { // "unable to create native thread"
      // The deadline waits in the scheduler's queue: the next one starts the thread.
    }
    if (closed) {
      deadline.run();
      deadline.cancel();
    } else if (!pending.contains(deadline)) { // cancelled before it had a timer
      deadline.cancel();
    }
    return deadline;
  }

  /**
   * The outcome of a future, if it comes in time.
   *
   * @param <T> the type of its value
   * @param future is not changed if it is late
   * @param nanos how long to wait for it
   * @param where completes the answer if the future is late
   * @param late creates the failure of the answer in that case
   * @return the answer
   */
  public <T> CompletableFuture<T> limit(
      CompletableFuture<T> future, long nanos, Executor where, Supplier<? extends Throwable> late) {
    var limited = new CompletableFuture<T>();
    Deadline deadline = after(
        nanos,
        () -> where.execute(() -> {
          if (!limited.isDone()) {
            limited.completeExceptionally(made(late));
          }
        }));
    var unused = future.whenComplete((value, failure) -> {
      deadline.cancel();
      if (failure == null) {
        limited.complete(value);
      } else {
        limited.completeExceptionally(failure);
      }
    });
    return limited;
  }

  /** Creates the failure. Its message may contain a key of the user, whose {@code toString} may throw. */
  private static Throwable made(Supplier<? extends Throwable> late) {
    try {
      return late.get();
    } catch (Throwable thrown) {
      return thrown;
    }
  }

  /** The calling thread hands over all pending deadlines at once. */
  @Override
  public void close() {
    closed = true;
    for (Deadline deadline : pending) {
      try {
        deadline.runEarly();
      } catch (Throwable failure) { // of an executor; the others are still handed over
        // No caller can receive it.
      }
    }
  }

  /** A pending hand-over. */
  public final class Deadline implements Runnable {
    private final Runnable handOver;
    private volatile @Nullable Future<?> timer;

    private Deadline(Runnable handOver) {
      this.handOver = handOver;
    }

    /** Hands the work over, unless that was done, or this was cancelled. */
    @Override
    public void run() {
      if (pending.remove(this)) {
        handOver.run();
      }
    }

    private void runEarly() {
      try {
        run();
      } finally {
        cancel(); // the scheduler goes on, and would keep this until the deadline
      }
    }

    /** Cancels this, unless the work has been handed over. */
    public void cancel() {
      pending.remove(this);
      Future<?> scheduled = timer;
      if (scheduled != null) {
        scheduled.cancel(false);
      }
    }
  }
}
