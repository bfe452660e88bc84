package io.intelligentcache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
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
      Keyspace<?, ?> space, Set<?> keys, @Nullable Running outer) {}

  /** The start of what a loader does. */
  @FunctionalInterface
  interface Work<T> {
    CompletionStage<T> start() throws Exception;
  }

  /** Completes when the loader does; fails with a {@link LoadException}. */
  final CompletableFuture<T> result = new CompletableFuture<>();

  final Keyspace<?, ?> space;
  final String what;
  final Duration timeout;
  private final Set<?> keys;
  private final Work<T> work;
  private final Executor steps;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private @Nullable Thread thread;

  @GuardedBy("lock")
  private @Nullable CompletionStage<T> fetch;

  /**
   * Makes an attempt that has not begun.
   *
   * @param what the keys, for messages
   * @param timeout how long a caller waits, for messages
   * @param steps runs what follows a loader that ends on a thread of the user's
   */
  LoadAttempt(
      Keyspace<?, ?> space,
      Set<?> keys,
      String what,
      Duration timeout,
      Executor steps,
      Work<T> work) {
    this.space = space;
    this.keys = keys;
    this.what = what;
    this.timeout = timeout;
    this.steps = steps;
    this.work = work;
  }

  /** Whether a loader is what runs on this thread. */
  static boolean onLoaderThread() {
    return CURRENT.get() != null;
  }

  /** Whether a loader on this thread is loading a key. */
  static boolean isLoading(Keyspace<?, ?> space, Object key) {
    for (Running load = CURRENT.get(); load != null; load = load.outer) {
      if (load.space == space && load.keys.contains(key)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void run() {
    if (result.isDone()) {
      return; // given up while it was queued
    }
    CompletionStage<T> fetched = begin();
    // Only here: what follows on this thread is no longer the loader's.
    if (fetched instanceof CompletableFuture<T> done && done.isDone()) {
      var unused = done.whenComplete(this::end);
    } else {
      var unused = fetched.whenCompleteAsync(this::end, steps);
      if (result.isDone()) {
        giveUp(); // it was given up before there was anything to cancel
      }
    }
  }

  private CompletionStage<T> begin() {
    Running outer = CURRENT.get();
    CURRENT.set(new Running(space, keys, outer));
    isRunBy(Thread.currentThread(), null);
    CompletionStage<T> fetched;
    try {
      fetched = work.start();
    } catch (Throwable thrown) { // user code: whatever it throws belongs to those who wait
      fetched = CompletableFuture.failedFuture(Failures.safe(thrown));
    }
    isRunBy(null, fetched);
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
    return fetched;
  }

  private void isRunBy(@Nullable Thread current, @Nullable CompletionStage<T> started) {
    lock.lock();
    try {
      thread = current;
      fetch = started;
    } finally {
      lock.unlock();
    }
  }

  private void end(@Nullable T loaded, @Nullable Throwable failure) {
    if (failure == null) {
      result.complete(loaded);
    } else {
      result.completeExceptionally(explained(what, failure, timeout));
    }
  }

  /** Interrupts the loader, or cancels what it waits for. */
  void giveUp() {
    CompletionStage<T> started;
    lock.lock();
    try {
      if (thread != null) {
        thread.interrupt();
      }
      started = fetch;
    } finally {
      lock.unlock();
    }
    if (started instanceof CompletableFuture<T> future) {
      future.cancel(true); // without the lock: what follows on it runs here
    }
  }

  /** What callers are told of a failure. */
  static Throwable explained(String what, Throwable wrapped, Duration timeout) {
    Throwable failure = Failures.safe(Failures.unwrapped(wrapped));
    if (failure instanceof LoadException || failure instanceof Error) {
      return failure;
    }
    if (failure instanceof TimeoutException) {
      return new LoadException("loading " + what + " took longer than " + timeout, failure);
    }
    return new LoadException("the loader failed for " + what + ": " + failure, failure);
  }
}
