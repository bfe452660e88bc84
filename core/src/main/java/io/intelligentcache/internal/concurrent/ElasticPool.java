package io.intelligentcache.internal.concurrent;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A few threads that never refuse a task, and more of them while those few are blocked.
 *
 * <p>Each task is of a call that is under way and has to be told its end, so none may be lost, and the queue
 * is bounded by the calls under way. Whoever brings a task never runs it: that may be the timer, or a thread
 * that a server's answers come in on.
 *
 * <p>If tasks wait and none has ended for {@value #STALLED_MILLIS} ms, all threads are blocked, and there will
 * be twice as many, up to a limit. They end when they have been idle.
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
   * Makes it, without a thread.
   *
   * @param factory makes the threads
   * @param least threads, while none is blocked
   * @param most threads at all
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
    } catch (OutOfMemoryError noThread) { // "unable to create native thread": it waits for one
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
    if (!watched.get() && watched.compareAndSet(false, true)) {
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
      var unused = threads.prestartCoreThread(); // there may be none if none could be made
    } catch (OutOfMemoryError noThread) {
      // Looked at again below.
    }
    if (!deadlines.isClosed()) {
      watch();
    }
  }

  /** Lets the threads end as soon as they are idle. Tasks that come later are done all the same. */
  @Override
  public void close() {
    threads.setKeepAliveTime(100, TimeUnit.MILLISECONDS);
  }
}
