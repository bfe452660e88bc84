package io.intelligentcache.internal.concurrent;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A few threads that never refuse a task, and more threads while those few are blocked.
 *
 * <p>Each task belongs to a running call, which must get its end. So no task may be lost, and the number of running
 * calls bounds the queue. The thread that submits a task never runs it: it may be the timer, or a thread that
 * receives the answers of a server.
 *
 * <p>If tasks wait and none has ended for {@value #STALLED_MILLIS} ms, all threads are considered blocked. Then their
 * number is doubled, up to a limit. Idle threads end.
 */
public final class ElasticPool implements Executor, AutoCloseable {
  static final int STALLED_MILLIS = 20;

  private static final int IDLE_SECONDS = 10;
  private static final long STALLED_NANOS = Duration.ofMillis(STALLED_MILLIS).toNanos();

  private final int least;
  private final int most;
  private final DeadlineTimer deadlines;
  private final ThreadPoolExecutor threads;
  private final AtomicBoolean watched = new AtomicBoolean();

  /**
   * Creates it, without a thread.
   *
   * @param factory creates the threads
   * @param least threads while none is blocked
   * @param most threads at most
   * @param deadlines when to check for blocked threads; once it is closed, the number of threads no longer grows
   */
  public ElasticPool(ThreadFactory factory, int least, int most, DeadlineTimer deadlines) {
    this.least = least;
    this.most = Math.max(least, most);
    this.deadlines = deadlines;
    this.threads = new ThreadPoolExecutor(
        least, this.most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    try {
      threads.execute(task);
    } catch (OutOfMemoryError noThread) { // "unable to create native thread": the task waits
      threads.getQueue().add(task);
    }
    if (waiting() > 0) {
      watch();
    }
  }

  /** Tasks that have not begun. */
  int waiting() {
    return threads.getQueue().size();
  }

  private void watch() {
    if (!deadlines.isClosed() && !watched.get() && watched.compareAndSet(false, true)) {
      long ended = threads.getCompletedTaskCount();
      var unused = deadlines.after(STALLED_NANOS, () -> look(ended));
    }
  }

  /** Runs on the timer's thread. */
  private void look(long endedBefore) {
    watched.set(false);
    if (waiting() == 0) {
      threads.setCorePoolSize(least);
      return;
    }
    try {
      if (threads.getCompletedTaskCount() == endedBefore) {
        int now = Math.max(least, threads.getPoolSize());
        threads.setCorePoolSize(Math.min(most, 2 * now)); // starts threads for those that wait
      }
      var unused = threads.prestartCoreThread(); // there may be none if creating one has failed
    } catch (OutOfMemoryError noThread) {
      // The next check tries again.
    }
    watch();
  }

  /** Lets the threads end as soon as they are idle. Tasks that come later are still run. */
  @Override
  public void close() {
    threads.setKeepAliveTime(100, TimeUnit.MILLISECONDS);
  }
}
