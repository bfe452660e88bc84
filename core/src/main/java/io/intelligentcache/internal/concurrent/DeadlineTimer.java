package io.intelligentcache.internal.concurrent;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The library's timer: one thread, which hands over at deadlines and does nothing else.
 *
 * <p>Not the JDK's {@code orTimeout} and {@code delayedExecutor}: those share one thread, and the common
 * pool, with everybody else in the process, and what follows on a future that times out runs there.
 *
 * <p>Closing brings all pending deadlines forward, so that nobody waits for what will not come.
 */
public final class DeadlineTimer implements AutoCloseable {
  private static final int IDLE_SECONDS = 10;

  private final ScheduledThreadPoolExecutor thread;
  private final Set<Deadline> pending = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Makes it. The thread is started when it is needed, and ends when it is idle.
   *
   * @param name of the thread
   */
  public DeadlineTimer(String name) {
    thread = new ScheduledThreadPoolExecutor(1, work -> LibraryThreads.of(name, work));
    thread.setRemoveOnCancelPolicy(true);
    thread.setKeepAliveTime(IDLE_SECONDS, SECONDS);
    thread.allowCoreThreadTimeOut(true);
  }

  /** {@return whether it was closed: deadlines that come now may come early} */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Hands over after a while.
   *
   * @param nanos how long
   * @param handOver gives work to an executor; runs on the timer's thread, so it must neither block nor be
   *     a user's
   * @return what may be called off
   */
  public Deadline after(long nanos, Runnable handOver) {
    var deadline = new Deadline(requireNonNull(handOver, "handOver"));
    pending.add(deadline);
    try {
      deadline.timer = thread.schedule(deadline, nanos, NANOSECONDS);
    } catch (RejectedExecutionException ended) {
      deadline.run();
    } catch (OutOfMemoryError noThread) {
      // It waits in the queue: the next one starts the thread, or closing runs it.
    }
    if (closed) {
      deadline.run();
    } else if (!pending.contains(deadline)) { // called off before it had a timer
      deadline.cancel();
    }
    return deadline;
  }

  /**
   * What a future brings, if it does so in time.
   *
   * @param <T> what it brings
   * @param future is left as it is when it is late
   * @param nanos how long to wait for it
   * @param where completes the answer when the future is late
   * @param late makes the failure of the answer then
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

  /** A message may have a user's key in it, whose text can't be had. */
  private static Throwable made(Supplier<? extends Throwable> late) {
    try {
      return late.get();
    } catch (Throwable thrown) {
      return thrown;
    }
  }

  /** Ends the thread. What was pending is handed over at once, by the caller. */
  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
    for (Deadline deadline : pending) {
      try {
        deadline.run();
      } catch (Throwable failure) { // of an executor; the others are handed over all the same
        // Nobody can be told.
      }
    }
  }

  /** One hand-over that is to come. */
  public final class Deadline implements Runnable {
    private final Runnable handOver;
    private volatile @Nullable Future<?> timer;

    private Deadline(Runnable handOver) {
      this.handOver = handOver;
    }

    /** Hands over, unless that was done or called off. */
    @Override
    public void run() {
      if (pending.remove(this)) {
        handOver.run();
      }
    }

    /** Calls it off, unless it has been done. */
    public void cancel() {
      pending.remove(this);
      Future<?> scheduled = timer;
      if (scheduled != null) {
        scheduled.cancel(false);
      }
    }
  }
}
