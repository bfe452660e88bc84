package io.intelligentcache.internal.concurrent;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.tier.Scheduler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * The scheduler that follows real time: one thread, which is started when it is needed, and ends when it is idle.
 *
 * <p>It does not use {@code orTimeout} and {@code delayedExecutor} of the JDK. Those share one thread, and the common
 * pool, with all other code in the process. Code that follows on a future that times out runs there, too.
 */
public final class TimerThread implements Scheduler {
  private static final int IDLE_SECONDS = 10;

  private final ScheduledThreadPoolExecutor thread;

  /**
   * Creates it, without a thread.
   *
   * @param name of the thread
   */
  public TimerThread(String name) {
    thread = new ScheduledThreadPoolExecutor(1, work -> LibraryThreads.of(name, work));
    thread.setRemoveOnCancelPolicy(true);
    thread.setKeepAliveTime(IDLE_SECONDS, SECONDS);
    thread.allowCoreThreadTimeOut(true);
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Future<?> schedule(Runnable work, long delayNanos) {
    try {
      return thread.schedule(work, delayNanos, NANOSECONDS);
    } catch (OutOfMemoryError noThread) { // "unable to create native thread"
      // The work waits in the queue: whatever is scheduled next starts the thread.
      return new CompletableFuture<>();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
