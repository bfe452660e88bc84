package io.intelligentcache.internal.concurrent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** Runs its tasks in the thread of the caller that waits, so that user code runs in the user's own thread. */
public final class CallerThreadExecutor implements Executor {
  private record Task(Runnable work, Consumer<Throwable> refused) {}

  private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();

  /** Whether the caller has left: nobody runs tasks any more. */
  @GuardedBy("this")
  private boolean left;

  @Override
  public void execute(Runnable task) {
    run(task, refusal -> {});
  }

  /**
   * Runs a task in the thread of the caller.
   *
   * @param refused receives a failure if the caller does not wait any more
   */
  public void run(Runnable work, Consumer<Throwable> refused) {
    synchronized (this) {
      if (!left) {
        tasks.add(new Task(work, refused));
        return;
      }
    }
    refuse(refused);
  }

  private static void refuse(Consumer<Throwable> refused) {
    refused.accept(new CancellationException("the caller whose thread was to run it has left"));
  }

  private void leave() {
    List<Task> rest = new ArrayList<>();
    synchronized (this) {
      left = true;
      tasks.drainTo(rest);
    }
    rest.forEach(task -> refuse(task.refused()));
  }

  /** As {@link #await}, for a load. A caller that is interrupted stops waiting. The load goes on. */
  public <T> T awaitLoad(CompletableFuture<T> operation) {
    wakeAtTheEndOf(operation);
    try {
      while (!operation.isDone()) {
        tasks.take().work().run();
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
    work(operation, false);
    return BlockingCalls.forTiers(operation);
  }

  /**
   * As {@link #await}, for a load that this thread may run itself. An interrupt ends the wait for a load that another
   * thread runs. Then this thread runs nothing any more: a load that it was to run fails.
   */
  public <T> T awaitOwnLoad(CompletableFuture<T> operation) {
    try {
      work(operation, true);
    } finally {
      leave();
    }
    return BlockingCalls.forLoad(operation);
  }

  private void work(CompletableFuture<?> operation, boolean maybeOfOthers) {
    wakeAtTheEndOf(operation);
    boolean interrupted = false;
    boolean hasWorked = false;
    while (!operation.isDone()) {
      Task task;
      try {
        task = tasks.take();
      } catch (InterruptedException again) {
        interrupted = true;
        if (maybeOfOthers && !hasWorked && tasks.isEmpty()) {
          break;
        }
        continue;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      hasWorked = true;
      task.work().run();
      interrupted = Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
