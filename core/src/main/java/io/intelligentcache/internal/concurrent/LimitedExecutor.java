package io.intelligentcache.internal.concurrent;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The part of the shared step threads that one cache or tenant may take: at most {@value #MOST} at a time. So user
 * code that hangs there, a codec for example, leaves threads for all others.
 *
 * <p>Each task is of a call that is under way, which bounds the queue. Tasks begin in their order.
 */
public final class LimitedExecutor implements Executor {
  static final int MOST = 16;

  /** Calls that may wait before their callers run them: whoever asks faster than that does the work. */
  private static final int WAITING_CALLS = 10_000;

  private final Executor threads;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();

  /** Threads that run a task, or are about to take one. */
  private final AtomicInteger taken = new AtomicInteger();

  /**
   * Makes it.
   *
   * @param threads never refuses
   */
  public LimitedExecutor(Executor threads) {
    this.threads = threads;
  }

  /** Runs a task. Never refuses, never runs it in the thread that brings it. */
  @Override
  public void execute(Runnable task) {
    waitingCount.incrementAndGet();
    waiting.add(task);
    takeThread();
  }

  /** Runs the first task of a call; here and now where very many wait. */
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

  /** One at a time, so that the others that share the threads get their turn. */
  private void runOne() {
    Runnable task = waiting.poll();
    try {
      if (task != null) {
        waitingCount.decrementAndGet();
        task.run();
      }
    } finally {
      taken.decrementAndGet();
      if (!waiting.isEmpty()) { // whoever brought it may have found all threads taken
        takeThread();
      }
    }
  }
}
