package io.intelligentcache.internal.concurrent;

import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.tier.Scheduler;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Work that is repeated, with a pause after each run, until this is closed. A run that fails is logged, and the work
 * goes on.
 */
public final class PeriodicWork implements AutoCloseable {
  private final Scheduler scheduler;
  private final Executor where;
  private final long pauseNanos;
  private final Runnable work;
  private final Logger log;
  private final String name;
  private volatile @Nullable Future<?> next;
  private volatile boolean closed;

  /**
   * Starts it: the first run is after the first pause.
   *
   * @param where runs the work; if the work is as short as a scheduler allows, it may run it in the calling thread
   * @param name says what failed, in the log
   */
  public PeriodicWork(
      Scheduler scheduler, Executor where, Duration pause, Runnable work, Logger log, String name) {
    this.scheduler = scheduler;
    this.where = where;
    this.pauseNanos = pause.toNanos();
    this.work = work;
    this.log = log;
    this.name = name;
    pause();
  }

  private void pause() {
    if (closed) {
      return;
    }
    try {
      next = scheduler.schedule(this::handOver, pauseNanos);
    } catch (RejectedExecutionException ended) {
      return; // the scheduler was closed first
    }
    if (closed) {
      cancel();
    }
  }

  private void handOver() {
    try {
      where.execute(this::run);
    } catch (RejectedExecutionException ended) {
      // The executor was closed first.
    } catch (Throwable failure) { // "unable to create native thread", for example
      Failures.warn(log, name + " could not start; going on", failure);
      pause();
    }
  }

  private void run() {
    try {
      if (!closed) {
        work.run();
      }
    } catch (Throwable failure) {
      Failures.warn(log, name + " failed; going on", failure);
    } finally {
      pause();
    }
  }

  private void cancel() {
    Future<?> scheduled = next;
    if (scheduled != null) {
      scheduled.cancel(false);
    }
  }

  /** Ends it. A run that has begun goes on to its end. */
  @Override
  public void close() {
    closed = true;
    cancel();
  }
}
