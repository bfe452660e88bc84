package io.intelligentcache.internal.read;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.intelligentcache.internal.base.Failures;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The background refreshes of one cache or tenant, for which no caller waits. A few run at a time, so that enough
 * loader threads stay free for callers that wait. Some more wait in a queue. If the queue is full, a refresh is
 * dropped, and the next read of its key requests it again. Each cache and each tenant has its own queue, so that one
 * whose loaders hang does not stop the refreshes of the others.
 */
public final class RefreshQueue {
  /** Half of the loader threads. */
  public static final int AT_A_TIME = 8;

  public static final int WAITING = 1_000;

  private final Executor steps;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Queue<Supplier<CompletableFuture<?>>> waiting = new ArrayDeque<>(1);

  @GuardedBy("lock")
  private int running;

  RefreshQueue(Executor steps) {
    this.steps = steps;
  }

  /**
   * Runs a refresh, at once or later.
   *
   * @param refresh starts it
   * @return false if the queue is full
   */
  boolean submit(Supplier<CompletableFuture<?>> refresh) {
    lock.lock();
    try {
      if (running == AT_A_TIME) {
        return waiting.size() < WAITING && waiting.add(refresh);
      }
      running++;
    } finally {
      lock.unlock();
    }
    steps.execute(() -> run(refresh));
    return true;
  }

  private void run(Supplier<CompletableFuture<?>> first) {
    Supplier<CompletableFuture<?>> refresh = first;
    while (refresh != null) { // a loop, so that refreshes that end at once don't nest
      // A refresh that can't begin has ended: the waiting ones must go on.
      CompletableFuture<?> running = Failures.attemptAny(refresh);
      if (!running.isDone()) {
        var unused = running.whenCompleteAsync((result, failure) -> runNext(), steps);
        return;
      }
      refresh = next();
    }
  }

  private void runNext() {
    Supplier<CompletableFuture<?>> next = next();
    if (next != null) {
      run(next);
    }
  }

  /** Takes the next refresh from the queue. If it is empty, one refresh less is running. */
  private @Nullable Supplier<CompletableFuture<?>> next() {
    lock.lock();
    try {
      Supplier<CompletableFuture<?>> next = waiting.poll();
      if (next == null) {
        running--;
      }
      return next;
    } finally {
      lock.unlock();
    }
  }
}
