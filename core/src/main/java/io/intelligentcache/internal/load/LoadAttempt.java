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
 * @param <T> its result
 */
final class LoadAttempt<T> implements Runnable {
  /** The loads that run on this thread, the innermost first. */
  private static final ThreadLocal<@Nullable Running> CURRENT = new ThreadLocal<>();

  private record Running(
      LoadScope scope, Set<?> keys, @Nullable Running outer) {}

  private enum Stage {
    WAITING,
    BEGUN,
    CALLED_OFF
  }

  /** Starts a loader. */
  @FunctionalInterface
  interface Work<T> {
    CompletionStage<T> start() throws Exception;
  }

  /** Completes when the loader completes, or when the load is given up. Fails with a {@link LoadException}. */
  final CompletableFuture<T> result = new CompletableFuture<>();

  final LoadScope scope;

  /** The keys, for messages. */
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
   * Creates an attempt that has not begun.
   *
   * @param timeout how long a caller waits, for messages
   * @param callbacks runs user code that follows on a user's future that is cancelled
   */
  LoadAttempt(
      LoadScope scope,
      Set<?> keys,
      Duration timeout,
      Executor callbacks,
      Lifecycle lifecycle,
      Work<T> work) {
    this.scope = scope;
    this.keys = keys;
    this.what =
        keys.size() == 1 ? "key " + Failures.text(keys.iterator().next()) : keys.size() + " keys";
    this.timeout = timeout;
    this.callbacks = callbacks;
    this.lifecycle = lifecycle;
    this.work = work;
  }

  /** Whether a loader is running on this thread. */
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

  /** Runs the loader, unless an executor has run it already, or the load was called off. */
  @Override
  public void run() {
    if (!stage.compareAndSet(Stage.WAITING, Stage.BEGUN)) {
      return;
    }
    CompletionStage<T> fetched;
    try {
      fetched = begin();
    } catch (Throwable thrown) { // user code: the waiting callers get it
      fail(thrown);
      return;
    }
    // Only after begin(): what follows on this thread is no longer part of the loader.
    if (fetched instanceof CompletableFuture<T> done && done.isDone()) {
      var unused = done.whenComplete(this::end);
      return;
    }
    try {
      // Not on the thread that completes the loader's future: that thread is the user's.
      var unused = fetched.whenCompleteAsync(this::end, scope.steps);
    } catch (Throwable thrown) { // a user's own kind of stage
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
        var unused = Thread.interrupted(); // the interrupt was for this loader, which has ended
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

  /**
   * Fails the load with what the loader threw. A timeout, a cancellation or an interrupt inside the loader is a
   * failure of the loader, too.
   */
  private void fail(Throwable thrown) {
    if (!lifecycle.isOpen()) { // a loader that was interrupted may throw anything
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

  /** Fails the load, because an executor threw this instead of running it. */
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
   * Calls the load off: it will never begin.
   *
   * @return false if it has begun
   */
  boolean callOff() {
    return stage.compareAndSet(Stage.WAITING, Stage.CALLED_OFF);
  }

  /** Interrupts the loader, or cancels the future that it has returned. */
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
      callbacks.execute(() -> future.cancel(true)); // user code may follow on it
    }
  }

  @Override
  public String toString() {
    return what;
  }
}
