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
 * Loads of one cache or tenant that nobody waits for: a few at a time, so that they leave loader threads to
 * those who wait; some more in a queue; beyond that they are dropped, and the next read of their key asks
 * again. Each cache and tenant has its own, so that one whose loaders hang keeps no other from refreshing.
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
   * Runs a refresh, soon.
   *
   * @param refresh starts it
   * @return false if too many wait
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
      // One that can't even begin is over, and those that wait are not stuck behind it.
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

  /** The next that waits; if none does, one less is running. */
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
