package io.intelligentcache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Runs loaders: on their own threads, with a deadline, and without waiting for itself. */
final class Loads {
  /** What the loader on this thread is loading, the innermost first. */
  private static final ThreadLocal<@Nullable Running> CURRENT = new ThreadLocal<>();

  private record Running(
      Keyspace<?, ?> space, Set<?> keys, @Nullable Running outer) {}

  /**
   * A load that has not ended after so many timeouts is interrupted and given up. Until then it stays
   * the load of its key: those who come meanwhile wait for it, each up to the timeout, rather than
   * send one loader after the other where the first hangs.
   */
  private static final int TIMEOUTS_UNTIL_GIVEN_UP = 4;

  private final Executor executor;
  private final Executor steps;
  private final Duration timeout;

  Loads(Executor executor, Executor steps, Duration timeout) {
    this.executor = executor;
    this.steps = steps;
    this.timeout = timeout;
  }

  /** Whether a loader is what runs on this thread. */
  static boolean onLoaderThread() {
    return CURRENT.get() != null;
  }

  /**
   * Refuses a load that would wait for itself.
   *
   * @throws IllegalStateException if a loader on this thread is loading this very key
   */
  static void refuseCircle(Keyspace<?, ?> space, Object key) {
    for (Running load = CURRENT.get(); load != null; load = load.outer) {
      if (load.space == space && load.keys.contains(key)) {
        throw new IllegalStateException(
            "the loader of key " + key + " asks the cache to load key " + key);
      }
    }
  }

  /**
   * Loads a value. A load that a loader asks for runs in that loader's thread: were it queued,
   * loaders that wait for others could take all threads.
   *
   * @param other the timeout, if it is another than the manager's
   * @return what was loaded; fails with a {@link LoadException}
   */
  <K, V> CompletableFuture<Loaded<V>> start(
      Keyspace<K, V> space,
      K key,
      Loader<? super K, ? extends V> loader,
      @Nullable Duration other) {
    return start(new Attempt<>(
        space, Set.of(key), "key " + key, timeoutOr(other), () -> Loaders.load(loader, key)));
  }

  /** Loads many values in one go; as {@link #start(Keyspace, Object, Loader, Duration)}. */
  <K, V> CompletableFuture<Map<K, Loaded<V>>> startAll(
      Keyspace<K, V> space,
      Set<K> keys,
      Loaders.Bulk<? super K, ? extends V> loader,
      @Nullable Duration other) {
    return start(new Attempt<>(
        space,
        keys,
        keys.size() == 1 ? "key " + keys.iterator().next() : keys.size() + " keys",
        timeoutOr(other),
        () -> CompletableFuture.completedFuture(Loaders.loadAll(loader, keys))));
  }

  private Duration timeoutOr(@Nullable Duration other) {
    return other != null ? other : timeout;
  }

  private <T> CompletableFuture<T> start(Attempt<T> attempt) {
    if (onLoaderThread()) {
      attempt.run();
    } else {
      try {
        executor.execute(attempt);
      } catch (RejectedExecutionException full) {
        attempt.result.completeExceptionally(
            new LoadException("too many loads are waiting to load " + attempt.what, full));
      }
    }
    if (attempt.result.isDone()) {
      return attempt.result;
    }
    return attempt
        .result
        .orTimeout(attempt.timeout.toNanos() * TIMEOUTS_UNTIL_GIVEN_UP, TimeUnit.NANOSECONDS)
        // Not on the JDK's timer thread, which has everybody's timeouts to keep.
        .exceptionallyComposeAsync(
            failure -> {
              attempt.giveUp();
              return CompletableFuture.failedFuture(
                  explain(attempt.what, failure, attempt.timeout));
            },
            steps);
  }

  /**
   * Makes one caller's wait for a load end at the timeout, whatever becomes of the load.
   *
   * @param load the caller's own future
   * @param other the timeout, if it is another than the manager's
   */
  <T> CompletableFuture<T> withDeadline(
      Object key, CompletableFuture<T> load, @Nullable Duration other) {
    Duration most = timeoutOr(other);
    return load.isDone()
        ? load
        : load.orTimeout(most.toNanos(), TimeUnit.NANOSECONDS)
            .exceptionallyComposeAsync(
                failure -> CompletableFuture.failedFuture(explain("key " + key, failure, most)),
                steps);
  }

  private static Throwable explain(String what, Throwable failure, Duration timeout) {
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return explain(what, failure.getCause(), timeout);
    }
    if (failure instanceof LoadException || failure instanceof Error) {
      return failure;
    }
    if (failure instanceof TimeoutException) {
      return new LoadException("loading " + what + " took longer than " + timeout, failure);
    }
    return new LoadException("the loader failed for " + what + ": " + failure, failure);
  }

  /** The start of what a loader does. */
  @FunctionalInterface
  private interface Work<T> {
    CompletionStage<T> start() throws Exception;
  }

  /** One run of a loader. */
  private final class Attempt<T> implements Runnable {
    final CompletableFuture<T> result = new CompletableFuture<>();
    final String what;
    final Duration timeout;
    private final Keyspace<?, ?> space;
    private final Set<?> keys;
    private final Work<T> work;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private @Nullable Thread thread;

    @GuardedBy("lock")
    private @Nullable CompletionStage<T> fetch;

    Attempt(Keyspace<?, ?> space, Set<?> keys, String what, Duration timeout, Work<T> work) {
      this.space = space;
      this.keys = keys;
      this.what = what;
      this.timeout = timeout;
      this.work = work;
    }

    @Override
    public void run() {
      if (result.isDone()) {
        return; // given up while it was queued
      }
      Running outer = CURRENT.get();
      CompletionStage<T> fetched;
      CURRENT.set(new Running(space, keys, outer));
      runs(Thread.currentThread(), null);
      try {
        fetched = work.start();
      } catch (Throwable thrown) { // user code: whatever it throws belongs to those who wait
        fetched = CompletableFuture.failedFuture(thrown);
      }
      runs(null, fetched);
      restore(outer);
      // Only here: what follows on this thread is no longer the loader's.
      if (fetched instanceof CompletableFuture<T> done && done.isDone()) {
        var unused = done.whenComplete(this::end);
      } else {
        var unused = fetched.whenCompleteAsync(this::end, steps); // not on a thread of the user's
        if (result.isDone()) {
          giveUp();
        }
      }
    }

    private void end(@Nullable T loaded, @Nullable Throwable failure) {
      if (failure == null) {
        result.complete(loaded);
      } else {
        result.completeExceptionally(explain(what, failure, timeout));
      }
    }

    private void runs(@Nullable Thread current, @Nullable CompletionStage<T> started) {
      lock.lock();
      try {
        thread = current;
        fetch = started;
      } finally {
        lock.unlock();
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
        future.cancel(true); // outside the lock: whoever waits for it runs here
      }
    }
  }

  private static void restore(@Nullable Running outer) {
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
  }
}
