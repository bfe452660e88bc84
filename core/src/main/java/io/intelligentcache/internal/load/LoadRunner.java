package io.intelligentcache.internal.load;

import io.intelligentcache.LoadException;
import io.intelligentcache.Loaded;
import io.intelligentcache.Loader;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.concurrent.Lifecycle;
import io.intelligentcache.internal.concurrent.StepThreads;
import io.intelligentcache.internal.concurrent.Timeouts;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs loaders on threads of their own and with a deadline. It refuses a load that would wait for itself. */
public final class LoadRunner {
  /**
   * The number of timeouts after which a load that has not ended is interrupted and given up. Until then it stays the
   * load of its key: later callers wait for it, each up to the timeout. Otherwise, if one loader hangs, they would
   * start one loader after the other. A load that has not begun after one timeout is removed from the queue.
   */
  private static final int TIMEOUTS_UNTIL_GIVEN_UP = 4;

  private final LoaderThreads threads;
  private final @Nullable Executor ofManager;
  private final Duration timeout;
  private final Timeouts timeouts;
  private final Executor callbacks;
  private final Lifecycle lifecycle;

  /**
   * The running loads by key. With it, the failure of a caller whose wait has ended says whether the load has begun.
   */
  private final Map<ScopedKey, LoadAttempt<?>> underWay = new ConcurrentHashMap<>();

  /**
   * Creates it.
   *
   * @param ofManager the user's executor for all caches, or null
   * @param timeout how long a caller waits, unless its cache or its call says otherwise
   * @param callbacks runs user code that follows on what the cache does
   */
  public LoadRunner(
      LoaderThreads threads,
      @Nullable Executor ofManager,
      Duration timeout,
      Timeouts timeouts,
      Executor callbacks,
      Lifecycle lifecycle) {
    this.threads = threads;
    this.ofManager = ofManager;
    this.timeout = timeout;
    this.timeouts = timeouts;
    this.callbacks = callbacks;
    this.lifecycle = lifecycle;
  }

  /** Runs work on some thread. */
  @FunctionalInterface
  public interface Runner {
    /**
     * Runs work. Never throws.
     *
     * @param refused receives what an executor threw instead of running the work
     */
    void run(Runnable work, Consumer<Throwable> refused);
  }

  /** A key of a cache or tenant. The hash is computed once, because the hash of the key itself may change. */
  private static final class ScopedKey {
    private final LoadScope scope;
    private final Object key;
    private final int hash;

    ScopedKey(LoadScope scope, Object key) {
      this.scope = scope;
      this.key = key;
      this.hash = System.identityHashCode(scope) * 31 + key.hashCode();
    }

    /** Never throws, so that a load can always be removed from the map. Keys that can't be compared are not equal. */
    @Override
    public boolean equals(@Nullable Object other) {
      try {
        return other == this
            || (other instanceof ScopedKey that && that.scope == scope && that.key.equals(key));
      } catch (Throwable failure) {
        return false;
      }
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /** Whether a loader is running on this thread. */
  public static boolean onLoaderThread() {
    return LoadAttempt.onLoaderThread();
  }

  /**
   * Refuses a load that would wait for itself.
   *
   * @throws IllegalStateException if a loader on this thread is loading this very key
   */
  public static void refuseCircle(LoadScope scope, Object key) {
    if (LoadAttempt.isLoading(scope, key)) {
      throw new IllegalStateException("the loader of key " + Failures.text(key)
          + " asks the cache to load key " + Failures.text(key));
    }
  }

  /**
   * Loads a value. A load that another loader requests runs in that loader's thread. If it were queued, loaders that
   * wait for others could take all threads.
   *
   * @param other the timeout, if it is not the manager's
   * @param where runs the load in the caller's thread, without a timeout; null for a loader thread
   * @return what was loaded; fails with a {@link LoadException}
   */
  public <K, V> CompletableFuture<Loaded<V>> start(
      LoadScope scope,
      K key,
      Loader<? super K, ? extends V> loader,
      @Nullable Duration other,
      @Nullable Runner where) {
    return start(
        new LoadAttempt<>(
            scope,
            Set.of(key),
            timeoutOr(other),
            callbacks,
            lifecycle,
            () -> LoaderCalls.fetch(loader, key)),
        where);
  }

  /** Loads many values in one call of the loader. As {@link #start(LoadScope, Object, Loader, Duration, Runner)}. */
  public <K, V> CompletableFuture<Map<K, Loaded<V>>> startAll(
      LoadScope scope,
      Set<K> keys,
      Loader<? super K, ? extends V> loader,
      @Nullable Duration other,
      @Nullable Runner where) {
    return start(
        new LoadAttempt<>(
            scope,
            keys,
            timeoutOr(other),
            callbacks,
            lifecycle,
            () -> CompletableFuture.completedFuture(LoaderCalls.fetchAll(loader, keys))),
        where);
  }

  /** Runs user code of a cache that may take long. */
  public Runner runner(LoadScope scope) {
    return (work, refused) -> run(scope, work, refused);
  }

  /**
   * Gives work to the threads of a cache. A user's executor is user code, too: it may block, or run the work at once.
   * So the thread that called the cache calls the executor, because that thread may have a context to pass on. If the
   * current thread is a step thread, a loader thread calls the executor.
   */
  private void run(LoadScope scope, Runnable work, Consumer<Throwable> refused) {
    Executor users = ofUser(scope);
    if (users == null) {
      guarded(task -> threads.execute(scope, task), work, refused);
    } else if (StepThreads.isCurrent()) {
      guarded(task -> threads.execute(scope, task), () -> guarded(users, work, refused), refused);
    } else {
      guarded(users, work, refused);
    }
  }

  private @Nullable Executor ofUser(LoadScope scope) {
    return scope.loaderExecutor != null ? scope.loaderExecutor : ofManager;
  }

  private static void guarded(Executor executor, Runnable work, Consumer<Throwable> refused) {
    try {
      executor.execute(work);
    } catch (Throwable thrown) { // an Error as well: "unable to create native thread" is one
      refused.accept(thrown);
    }
  }

  /** How long a caller waits: the given timeout, or the manager's if it is null. */
  public Duration timeoutOr(@Nullable Duration other) {
    return other != null ? other : timeout;
  }

  private <T> CompletableFuture<T> start(LoadAttempt<T> attempt, @Nullable Runner where) {
    if (where != null) {
      where.run(attempt, attempt::refused);
      return attempt.result;
    }
    if (onLoaderThread()) {
      attempt.run();
    } else {
      run(attempt.scope, attempt, attempt::refused);
    }
    if (!attempt.result.isDone()) {
      endInTime(attempt); // first, because register() may fail
      register(attempt);
    }
    return attempt.result;
  }

  private void register(LoadAttempt<?> attempt) {
    var keys =
        attempt.keys.stream().map(key -> new ScopedKey(attempt.scope, key)).toList();
    keys.forEach(key -> underWay.put(key, attempt));
    var unused = attempt.result.whenComplete(
        (loaded, failure) -> keys.forEach(key -> underWay.remove(key, attempt)));
  }

  private void endInTime(LoadAttempt<?> attempt) {
    long nanos = attempt.timeout.toNanos();
    at(attempt, nanos, () -> {
      if (attempt.callOff()) {
        threads.forget(attempt.scope, attempt);
        attempt.result.completeExceptionally(
            LoadException.late(neverBegan(attempt.what, attempt.scope, attempt.timeout)));
      } else {
        at(attempt, (TIMEOUTS_UNTIL_GIVEN_UP - 1) * nanos, () -> {
          // First, because a loader that is interrupted may throw anything, and that is not why
          // the load failed.
          attempt.result.completeExceptionally(
              LoadException.late(tookLonger(attempt.what, attempt.timeout)));
          attempt.giveUp();
        });
      }
    });
  }

  private void at(LoadAttempt<?> attempt, long nanos, Runnable step) {
    var deadline = timeouts.after(nanos, step);
    var unused = attempt.result.whenComplete((loaded, failure) -> deadline.cancel());
  }

  /**
   * Ends one caller's wait for a load at the timeout, whatever happens to the load.
   *
   * @param other the timeout, if it is not the manager's
   * @return the caller's own future
   */
  public <T> CompletableFuture<T> withDeadline(
      LoadScope scope, Object key, CompletableFuture<T> load, @Nullable Duration other) {
    Duration most = timeoutOr(other);
    return load.isDone()
        ? load
        : timeouts.limit(load, most.toNanos(), () -> late(scope, key, most));
  }

  private LoadException late(LoadScope scope, Object key, Duration most) {
    LoadAttempt<?> attempt = attempt(scope, key);
    String what = "key " + Failures.text(key);
    return LoadException.late(
        attempt != null && !attempt.hasBegun()
            ? neverBegan(what, scope, most)
            : tookLonger(what, most));
  }

  private @Nullable LoadAttempt<?> attempt(LoadScope scope, Object key) {
    try {
      return underWay.get(new ScopedKey(scope, key));
    } catch (Throwable failure) { // the key's hashCode() or equals()
      return null;
    }
  }

  private String tookLonger(String what, Duration most) {
    return timeouts.isClosed()
        ? LoadAttempt.closed(what)
        : "loading " + what + " took longer than " + most;
  }

  private String neverBegan(String what, LoadScope scope, Duration most) {
    if (timeouts.isClosed()) {
      return tookLonger(what, most);
    }
    String waited =
        "loading " + what + " of " + scope.space + " never began: it waited " + most + " for ";
    return ofUser(scope) == null
        ? waited + "a loader thread; " + threads.describe(scope)
            + ". Make the loader faster, or give the cache threads of its own by loaderExecutor"
        : waited + "its loaderExecutor to run it";
  }
}
