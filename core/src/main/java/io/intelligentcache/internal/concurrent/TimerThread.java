package io.intelligentcache.internal.concurrent;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.tier.Scheduler;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;

/**
 * The scheduler that follows real time: one thread, which is started when it is needed, and ends when it is idle.
 *
 * <p>It does not use {@code orTimeout} and {@code delayedExecutor} of the JDK. Those share one thread, and the common
 * pool, with all other code in the process. Code that follows on a future that times out runs there, too.
 */
public final class TimerThread implements Scheduler, AutoCloseable {
  private static final int IDLE_SECONDS = 10;

  final ScheduledThreadPoolExecutor thread;

  /**
   * Creates it, without a thread.
   *
   * @param name of the thread
   */
  public TimerThread(String name) {
    this(work -> LibraryThreads.of(name, work));
  }

  TimerThread(ThreadFactory factory) {
    thread = new ScheduledThreadPoolExecutor(1, factory);
    thread.setRemoveOnCancelPolicy(true);
    thread.setKeepAliveTime(IDLE_SECONDS, SECONDS);
    thread.allowCoreThreadTimeOut(true);
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  /**
   * {@inheritDoc}
   *
   * @throws OutOfMemoryError also if only the thread could not be created. Then the work is in the queue, and the next
   *     work that is scheduled starts the thread
   */
  @Override
  public Future<?> schedule(Runnable work, long delayNanos) {
    return thread.schedule(work, delayNanos, NANOSECONDS);
  }

  /**
   * {@inheritDoc}
   *
   * <p>A run allocates nothing for the next one, so a full heap does not end the repetition.
   *
   * @throws OutOfMemoryError also if only the thread could not be created. Then the work is not repeated
   */
  @Override
  public Future<?> repeat(Runnable work, long pauseNanos) {
    // First: if this throws, nothing is in the queue that the caller could not cancel.
    var unused = thread.prestartCoreThread();
    return thread.scheduleWithFixedDelay(work, pauseNanos, pauseNanos, NANOSECONDS);
  }

  /** Ends the thread. Work that is pending is not run. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
