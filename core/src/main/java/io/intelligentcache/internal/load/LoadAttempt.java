package io.intelligentcache.internal.load;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.intelligentcache.LoadException;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.concurrent.Lifecycle;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One run of a loader, for one key or many.
 *
 * @param <T> what it brings
 */
final class LoadAttempt<T> implements Runnable {
  /** What the loader on this thread is loading, the innermost first. */
  private static final ThreadLocal<@Nullable Running> CURRENT = new ThreadLocal<>();

  private record Running(
      LoadScope scope, Set<?> keys, @Nullable Running outer) {}

  private enum Stage {
    WAITING,
    BEGUN,
    CALLED_OFF
  }

  /** The start of what a loader does. */
  @FunctionalInterface
  interface Work<T> {
    CompletionStage<T> start() throws Exception;
  }

  /** Completes when the loader does, or the load is given up; fails with a {@link LoadException}. */
  final CompletableFuture<T> result = new CompletableFuture<>();

  final LoadScope scope;
  final String what;
  final Duration timeout;
  final Set<?> keys;
  private final Work<T> work;
  private final Executor callbacks;
  private final Lifecycle lifecycle;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private @Nullable Thread thread;

  @GuardedBy("lock")
  private boolean interrupted;

  @GuardedBy("lock")
  private @Nullable CompletionStage<T> fetch;

  /**
   * Makes an attempt that has not begun.
   *
   * @param what the keys, for messages
   * @param timeout how long a caller waits, for messages
   * @param callbacks runs what follows on a user's future that is cancelled
   */
  LoadAttempt(
      LoadScope scope,
      Set<?> keys,
      String what,
      Duration timeout,
      Executor callbacks,
      Lifecycle lifecycle,
      Work<T> work) {
    this.scope = scope;
    this.keys = keys;
    this.what = what;
    this.timeout = timeout;
    this.callbacks = callbacks;
    this.lifecycle = lifecycle;
    this.work = work;
  }

  /** Whether a loader is what runs on this thread. */
  static boolean onLoaderThread() {
    return CURRENT.get() != null;
  }

  /** Whether a loader on this thread is loading a key. */
  static boolean isLoading(LoadScope scope, Object key) {
    for (Running load = CURRENT.get(); load != null; load = load.outer) {
      if (load.scope == scope && load.keys.contains(key)) {
        return true;
      }
    }
    return false;
  }

  /** Runs the loader, unless an executor has done so already, or it came too late. */
  @Override
  public void run() {
    if (!stage.compareAndSet(Stage.WAITING, Stage.BEGUN)) {
      return;
    }
    CompletionStage<T> fetched;
    try {
      fetched = begin();
    } catch (Throwable thrown) { // user code: whatever it throws belongs to those who wait
      fail(thrown);
      return;
    }
    // Only here: what follows on this thread is no longer the loader's.
    if (fetched instanceof CompletableFuture<T> done && done.isDone()) {
      var unused = done.whenComplete(this::end);
      return;
    }
    try {
      // Not on the thread that the loader ends on, which is the user's.
      var unused = fetched.whenCompleteAsync(this::end, scope.steps);
    } catch (Throwable thrown) { // a kind of stage that the user wrote
      fail(thrown);
    }
    if (result.isDone()) {
      giveUp(); // it was given up before there was anything to cancel
    }
  }

  private CompletionStage<T> begin() throws Exception {
    Running outer = CURRENT.get();
    CURRENT.set(new Running(scope, keys, outer));
    isRunBy(Thread.currentThread(), null);
    CompletionStage<T> fetched = null;
    try {
      fetched = work.start();
      return fetched;
    } finally {
      isRunBy(null, fetched);
      if (outer == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(outer);
      }
    }
  }

  private void isRunBy(@Nullable Thread current, @Nullable CompletionStage<T> started) {
    lock.lock();
    try {
      thread = current;
      fetch = started;
      if (current == null && interrupted) {
        interrupted = false;
        var unused = Thread.interrupted(); // it was meant for this loader, and comes too late
      }
    } finally {
      lock.unlock();
    }
  }

  private void end(@Nullable T loaded, @Nullable Throwable failure) {
    if (failure == null) {
      result.complete(loaded);
    } else {
      fail(Failures.unwrapped(failure));
    }
  }

  /** Of whatever class it is: a timeout, a cancellation or an interrupt of the loader's own are its failure. */
  private void fail(Throwable thrown) {
    if (!lifecycle.isOpen()) { // what it makes of being interrupted is not why
      result.completeExceptionally(LoadException.late(closed(what)));
      return;
    }
    Throwable failure = Failures.safe(thrown);
    result.completeExceptionally(
        failure instanceof Error
            ? failure
            : new LoadException("the loader failed for " + what + ": " + failure, failure));
  }

  static String closed(String what) {
    return "the cache manager was closed while " + what + " was being loaded";
  }

  /** An executor threw this in place of running it. */
  void refused(Throwable thrown) {
    if (callOff()) {
      Throwable refusal = Failures.safe(thrown);
      result.completeExceptionally(new LoadException(
          refusal instanceof RejectedExecutionException
              ? "too many loads are waiting to load " + what
              : "no thread could be had to load " + what + ": " + refusal,
          refusal));
    }
  }

  boolean hasBegun() {
    return stage.get() == Stage.BEGUN;
  }

  /**
   * Makes sure that it never begins.
   *
   * @return false if it has
   */
  boolean callOff() {
    return stage.compareAndSet(Stage.WAITING, Stage.CALLED_OFF);
  }

  /** Interrupts the loader, or cancels what it waits for. */
  void giveUp() {
    CompletionStage<T> started;
    lock.lock();
    try {
      if (thread != null) {
        interrupted = true;
        thread.interrupt();
      }
      started = fetch;
    } finally {
      lock.unlock();
    }
    if (started instanceof CompletableFuture<T> future) {
      callbacks.execute(() -> future.cancel(true)); // what follows on it is the user's
    }
  }

  @Override
  public String toString() {
    return what;
  }
}
