package io.intelligentcache.internal.concurrent;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

/** Runs its tasks in the thread of the caller that waits, so that user code runs in the user's own thread. */
public final class CallerThreadExecutor implements Executor {
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** As {@link #await}, for a load. A caller that is interrupted stops waiting. The load goes on. */
  public <T> T awaitLoad(CompletableFuture<T> operation) {
    wakeAtTheEndOf(operation);
    try {
      while (!operation.isDone()) {
        tasks.take().run();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return BlockingCalls.forLoad(operation);
  }

  private void wakeAtTheEndOf(CompletableFuture<?> operation) {
    var unused = operation.whenComplete((value, failure) -> execute(() -> {}));
  }

  /**
   * Waits for an operation that gives tasks to this executor. An interrupt does not end the wait. Tasks see that the
   * thread was interrupted.
   */
  public <T> T await(CompletableFuture<T> operation) {
    wakeAtTheEndOf(operation);
    boolean interrupted = false;
    while (!operation.isDone()) {
      Runnable task;
      try {
        task = tasks.take();
      } catch (InterruptedException again) {
        interrupted = true;
        continue;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      task.run();
      interrupted = Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return BlockingCalls.forTiers(operation);
  }
}
