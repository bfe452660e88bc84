package io.intelligentcache.internal.concurrent;

import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.tier.Scheduler;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Work that is repeated until this is closed. At the end of each period the scheduler hands a run over to an executor,
 * unless the run before has not ended. So a run that takes longer than a period is followed by the next one when the
 * period ends in which it has ended: the pause between the two is shorter than a period.
 *
 * <p>A run that fails is logged, and the next one follows. If a run can't be handed over, because no thread can be
 * created, that is tried again after a period, and logged by the next run: the thread of the scheduler must not wait
 * for the log.
 */
public final class PeriodicWork implements AutoCloseable {
  private final Executor where;
  private final Runnable work;
  private final Logger log;
  private final String name;
  private final Runnable run = this::run; // handing over allocates nothing: the heap may be full
  private final AtomicBoolean underWay = new AtomicBoolean();
  private final AtomicReference<@Nullable Throwable> notStarted = new AtomicReference<>();
  private volatile @Nullable Future<?> repetition;
  private volatile boolean closed;

  /**
   * Starts it: the first run is after the first period.
   *
   * @param where runs the work; if the work is as short as a scheduler allows, it may run it in the calling thread
   * @param name says what failed, in the log
   */
  public PeriodicWork(
      Scheduler scheduler,
      Executor where,
      Duration period,
      Runnable work,
      Logger log,
      String name) {
    this.where = where;
    this.work = work;
    this.log = log;
    this.name = name;
    try {
      repetition = scheduler.repeat(this::handOver, period.toNanos());
    } catch (RejectedExecutionException ended) { // the scheduler was closed first
      closed = true;
    }
    if (closed) { // by a run that found its executor closed
      cancel();
    }
  }

  /** Runs on the scheduler's thread. Throws nothing: that would end the repetition. */
  private void handOver() {
    if (closed || !underWay.compareAndSet(false, true)) {
      return;
    }
    try {
      where.execute(run);
    } catch (RejectedExecutionException ended) { // the executor was closed first
      close();
    } catch (Throwable failure) { // "unable to create native thread", for example
      notStarted.set(failure);
      underWay.set(false);
    }
  }

  private void run() {
    try {
      Throwable failure = notStarted.getAndSet(null);
      if (failure != null) {
        warn(" could not start; going on", failure);
      }
      if (!closed) {
        work.run();
      }
    } catch (Throwable failure) {
      warn(" failed; going on", failure);
    } finally {
      underWay.set(false);
    }
  }

  private void warn(String what, Throwable failure) {
    try {
      Failures.warn(log, name + what, failure);
    } catch (Throwable noRoom) {
      // A full heap, for example. The next run is more important than the log.
    }
  }

  private void cancel() {
    Future<?> started = repetition;
    if (started != null) {
      started.cancel(false);
    }
  }

  /** Ends it. A run that has begun goes on to its end. */
  @Override
  public void close() {
    closed = true;
    cancel();
  }
}
