package io.intelligentcache.internal.concurrent;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;

/** Runs what it is given in the thread of the caller who waits, so that user code finds itself at home. */
public final class CallerThreadExecutor implements Executor {
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  /** As {@link #await}, for a load. An interrupted caller leaves; the load goes on. */
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

  /** Waits for an operation that gives tasks to this; an interrupt can wait as well. */
  public <T> T await(CompletableFuture<T> operation) {
    wakeAtTheEndOf(operation);
    boolean interrupted = false;
    while (!operation.isDone()) {
      try {
        tasks.take().run();
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return BlockingCalls.forTiers(operation);
  }
}
