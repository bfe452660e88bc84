package io.intelligentcache;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs loaders: on their own threads, with a deadline, and without waiting for itself. */
final class Loads {
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
    return LoadAttempt.onLoaderThread();
  }

  /**
   * Refuses a load that would wait for itself.
   *
   * @throws IllegalStateException if a loader on this thread is loading this very key
   */
  static void refuseCircle(Keyspace<?, ?> space, Object key) {
    if (LoadAttempt.isLoading(space, key)) {
      throw new IllegalStateException("the loader of key " + Failures.text(key)
          + " asks the cache to load key " + Failures.text(key));
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
    return start(new LoadAttempt<>(
        space,
        Set.of(key),
        "key " + Failures.text(key),
        timeoutOr(other),
        steps,
        () -> Loaders.load(loader, key)));
  }

  /** Loads many values in one go; as {@link #start(Keyspace, Object, Loader, Duration)}. */
  <K, V> CompletableFuture<Map<K, Loaded<V>>> startAll(
      Keyspace<K, V> space,
      Set<K> keys,
      Loaders.Bulk<? super K, ? extends V> loader,
      @Nullable Duration other) {
    return start(new LoadAttempt<>(
        space,
        keys,
        keys.size() == 1 ? "key " + Failures.text(keys.iterator().next()) : keys.size() + " keys",
        timeoutOr(other),
        steps,
        () -> CompletableFuture.completedFuture(Loaders.loadAll(loader, keys))));
  }

  /** Runs the user code of a cache that may take its time. */
  Executor executor(Keyspace<?, ?> space) {
    return space.loaderExecutor != null ? space.loaderExecutor : executor;
  }

  /** How long a caller waits: as he says, or else as the manager does. */
  Duration timeoutOr(@Nullable Duration other) {
    return other != null ? other : timeout;
  }

  private <T> CompletableFuture<T> start(LoadAttempt<T> attempt) {
    if (onLoaderThread()) {
      attempt.run();
    } else {
      try {
        executor(attempt.space).execute(attempt);
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
                  LoadAttempt.explained(attempt.what, failure, attempt.timeout));
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
                failure -> CompletableFuture.failedFuture(
                    LoadAttempt.explained("key " + Failures.text(key), failure, most)),
                steps);
  }
}
