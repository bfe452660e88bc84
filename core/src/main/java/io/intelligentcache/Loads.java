package io.intelligentcache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Runs loaders: on their own threads, with a deadline, and without waiting for itself. */
final class Loads {
  /** What the loader on this thread is loading, the innermost first. */
  private static final ThreadLocal<@Nullable Running> CURRENT = new ThreadLocal<>();

  private record Running(
      Keyspace<?, ?> space, Object key, @Nullable Running outer) {}

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
      if (load.space == space && load.key.equals(key)) {
        throw new IllegalStateException(
            "the loader of key " + key + " asks the cache to load key " + key);
      }
    }
  }

  /**
   * Loads a value. A load that a loader asks for runs in that loader's thread: were it queued,
   * loaders that wait for others could take all threads.
   *
   * @return the value; fails with a {@link LoadException}
   */
  <K, V> CompletableFuture<@Nullable V> start(
      Keyspace<K, V> space, K key, Loader<? super K, ? extends V> loader) {
    var attempt = new Attempt<K, V>(space, key, loader);
    if (onLoaderThread()) {
      attempt.run();
      return attempt.result;
    }
    try {
      executor.execute(attempt);
    } catch (RejectedExecutionException full) {
      attempt.result.completeExceptionally(
          new LoadException("too many loads are waiting to load key " + key, full));
    }
    return attempt
        .result
        .orTimeout(timeout.toNanos() * TIMEOUTS_UNTIL_GIVEN_UP, TimeUnit.NANOSECONDS)
        // Not on the JDK's timer thread, which has everybody's timeouts to keep.
        .exceptionallyComposeAsync(
            failure -> {
              attempt.interrupt();
              return CompletableFuture.failedFuture(explain(key, failure));
            },
            steps);
  }

  /**
   * Makes one caller's wait for a load end at the timeout, whatever becomes of the load.
   *
   * @param load the caller's own future
   */
  <T> CompletableFuture<T> withDeadline(Object key, CompletableFuture<T> load) {
    return load.isDone()
        ? load
        : load.orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
            .exceptionallyComposeAsync(
                failure -> CompletableFuture.failedFuture(explain(key, failure)), steps);
  }

  private Throwable explain(Object key, Throwable failure) {
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return explain(key, failure.getCause());
    }
    if (failure instanceof LoadException || failure instanceof Error) {
      return failure;
    }
    if (failure instanceof TimeoutException) {
      return new LoadException("loading key " + key + " took longer than " + timeout, failure);
    }
    return new LoadException("the loader failed for key " + key + ": " + failure, failure);
  }

  /** One run of a loader. */
  private final class Attempt<K, V> implements Runnable {
    final CompletableFuture<@Nullable V> result = new CompletableFuture<>();
    private final Keyspace<K, V> space;
    private final K key;
    private final Loader<? super K, ? extends V> loader;

    @GuardedBy("this")
    private @Nullable Thread thread;

    Attempt(Keyspace<K, V> space, K key, Loader<? super K, ? extends V> loader) {
      this.space = space;
      this.key = key;
      this.loader = loader;
    }

    @Override
    public void run() {
      if (result.isDone()) {
        return; // given up while it was queued
      }
      Running outer = CURRENT.get();
      V value = null;
      Throwable failure = null;
      CURRENT.set(new Running(space, key, outer));
      runs(Thread.currentThread());
      try {
        value = loader.load(key);
      } catch (Throwable thrown) { // user code: whatever it throws belongs to those who wait
        failure = thrown;
      } finally {
        runs(null);
        restore(outer);
      }
      // Only here: what follows on this thread is no longer the loader's.
      if (failure == null) {
        result.complete(value);
      } else {
        result.completeExceptionally(explain(key, failure));
      }
    }

    private synchronized void runs(@Nullable Thread current) {
      thread = current;
    }

    synchronized void interrupt() {
      if (thread != null) {
        thread.interrupt();
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
