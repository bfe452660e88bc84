package io.intelligentcache.internal.concurrent;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Limits how many of the shared step threads one cache or tenant uses: at most {@value #MOST} at a time. So user code
 * that hangs there, for example a codec, leaves threads for all others.
 *
 * <p>Each task belongs to a running call, which bounds the queue. Tasks begin in their order.
 */
public final class LimitedExecutor implements Executor {
  static final int MOST = 16;

  /** Calls that may wait. If more come, their callers run them: a caller that is too fast does the work itself. */
  private static final int WAITING_CALLS = 10_000;

  private final Executor threads;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();

  /** Threads that run a task, or are about to take one. */
  private final AtomicInteger taken = new AtomicInteger();

  /**
   * Creates it.
   *
   * @param threads never refuses
   */
  public LimitedExecutor(Executor threads) {
    this.threads = threads;
  }

  /** Runs a task. It never refuses a task, and never runs it in the thread that submits it. */
  @Override
  public void execute(Runnable task) {
    waitingCount.incrementAndGet();
    waiting.add(task);
    takeThread();
  }

  /** Runs the first task of a call; in the caller's thread if very many calls wait. */
  public void executeFirst(Runnable task) {
    if (waitingCount.get() < WAITING_CALLS) {
      execute(task);
    } else {
      task.run();
    }
  }

  private void takeThread() {
    for (int now = taken.get(); now < MOST; now = taken.get()) {
      if (taken.compareAndSet(now, now + 1)) {
        threads.execute(this::runOne);
        return;
      }
    }
  }

  /** Runs one task only, so that others that share the threads get their turn. */
  private void runOne() {
    Runnable task = waiting.poll();
    try {
      if (task != null) {
        waitingCount.decrementAndGet();
        task.run();
      }
    } finally {
      taken.decrementAndGet();
      if (!waiting.isEmpty()) { // its execute() may have found all threads taken
        takeThread();
      }
    }
  }
}
