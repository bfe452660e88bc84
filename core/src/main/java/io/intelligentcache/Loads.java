package io.intelligentcache;

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

  private final Executor executor;
  private final Executor steps;
  private final Duration timeout;

  Loads(Executor executor, Executor steps, Duration timeout) {
    this.executor = executor;
    this.steps = steps;
    this.timeout = timeout;
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
   * @return the value; fails with a {@link LoadException}, at the timeout at the latest
   */
  <K, V> CompletableFuture<@Nullable V> start(
      Keyspace<K, V> space, K key, Loader<? super K, ? extends V> loader) {
    var result = new CompletableFuture<@Nullable V>();
    Runnable load = () -> run(space, key, loader, result);
    if (CURRENT.get() != null) {
      load.run();
      return result;
    }
    try {
      executor.execute(load);
    } catch (RejectedExecutionException full) {
      result.completeExceptionally(
          new LoadException("too many loads are waiting to load key " + key, full));
    }
    return result
        .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
        // Not on the JDK's timer thread, which has everybody's timeouts to keep.
        .exceptionallyComposeAsync(
            failure -> CompletableFuture.failedFuture(explain(key, failure)), steps);
  }

  private <K, V> void run(
      Keyspace<K, V> space,
      K key,
      Loader<? super K, ? extends V> loader,
      CompletableFuture<@Nullable V> result) {
    if (result.isDone()) {
      return; // timed out while it was queued: nobody waits for it any more
    }
    Running outer = CURRENT.get();
    CURRENT.set(new Running(space, key, outer));
    try {
      result.complete(loader.load(key));
    } catch (Throwable failure) { // user code: whatever it throws belongs to those who wait
      result.completeExceptionally(explain(key, failure));
    } finally {
      if (outer == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(outer);
      }
    }
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
}
