package io.intelligentcache;

import io.intelligentcache.tier.Deadlines;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs loaders: on their own threads, with a deadline, and without waiting for itself. */
final class Loads {
  /**
   * A load that has not ended after so many timeouts is interrupted and given up. Until then it stays
   * the load of its key: those who come meanwhile wait for it, each up to the timeout, rather than
   * send one loader after the other where the first hangs. One that has not even begun after one timeout
   * is taken out of the queue.
   */
  private static final int TIMEOUTS_UNTIL_GIVEN_UP = 4;

  private final LoaderThreads threads;
  private final @Nullable Executor ofManager;
  private final Executor late;
  private final Executor callbacks;
  private final Deadlines deadlines;
  private final Duration timeout;

  /** By key, so that a caller whose wait ends can be told whether the load has begun. */
  private final Map<KeyOfSpace, LoadAttempt<?>> underWay = new ConcurrentHashMap<>();

  /**
   * Makes it.
   *
   * @param ofManager the user's executor for all caches, or null
   */
  Loads(Workers workers, @Nullable Executor ofManager, Duration timeout) {
    this.threads = workers.loaders();
    this.ofManager = ofManager;
    this.late = workers.late();
    this.callbacks = workers.callbacks();
    this.deadlines = workers.deadlines();
    this.timeout = timeout;
  }

  /** Gives work to some thread. */
  @FunctionalInterface
  interface Runner {
    /**
     * Has work run. Never throws.
     *
     * @param refused is told what an executor threw in place of running it
     */
    void run(Runnable work, Consumer<Throwable> refused);
  }

  /** A key of a cache or tenant. The hash is taken once, as a key's own may change. */
  private static final class KeyOfSpace {
    private final Keyspace<?, ?> space;
    private final Object key;
    private final int hash;

    KeyOfSpace(Keyspace<?, ?> space, Object key) {
      this.space = space;
      this.key = key;
      this.hash = System.identityHashCode(space) * 31 + key.hashCode();
    }

    /** Never fails, so that what was noted can be forgotten: keys of which one can't say so are not equal. */
    @Override
    public boolean equals(@Nullable Object other) {
      try {
        return other == this
            || (other instanceof KeyOfSpace that && that.space == space && that.key.equals(key));
      } catch (Throwable failure) {
        return false;
      }
    }

    @Override
    public int hashCode() {
      return hash;
    }
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
        callbacks,
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
        callbacks,
        () -> CompletableFuture.completedFuture(Loaders.loadAll(loader, keys))));
  }

  /** Runs the user code of a cache that may take its time. */
  Runner runner(Keyspace<?, ?> space) {
    return (work, refused) -> run(space, work, refused);
  }

  /**
   * Gives work to the threads of a cache. An executor of the user's is user code, too: it may block, or run
   * the work at once. So it is called by the caller of the cache, who may have something to hand on with the
   * call, or else by a loader thread, but never by a thread of the steps.
   */
  private void run(Keyspace<?, ?> space, Runnable work, Consumer<Throwable> refused) {
    Executor users = ofUser(space);
    if (users == null) {
      guarded(task -> threads.execute(space, task), work, refused);
    } else if (Workers.onStepThread()) {
      guarded(task -> threads.execute(space, task), () -> guarded(users, work, refused), refused);
    } else {
      guarded(users, work, refused);
    }
  }

  private @Nullable Executor ofUser(Keyspace<?, ?> space) {
    return space.loaderExecutor != null ? space.loaderExecutor : ofManager;
  }

  private static void guarded(Executor executor, Runnable work, Consumer<Throwable> refused) {
    try {
      executor.execute(work);
    } catch (Throwable thrown) { // an Error as well: "unable to create native thread" is one
      refused.accept(thrown);
    }
  }

  /** How long a caller waits: as he says, or else as the manager does. */
  Duration timeoutOr(@Nullable Duration other) {
    return other != null ? other : timeout;
  }

  private <T> CompletableFuture<T> start(LoadAttempt<T> attempt) {
    if (onLoaderThread()) {
      attempt.run();
    } else {
      run(attempt.space, attempt, attempt::refused);
    }
    if (!attempt.result.isDone()) {
      endInTime(attempt); // first: to note the keys may fail
      register(attempt);
    }
    return attempt.result;
  }

  private void register(LoadAttempt<?> attempt) {
    var keys =
        attempt.keys.stream().map(key -> new KeyOfSpace(attempt.space, key)).toList();
    keys.forEach(key -> underWay.put(key, attempt));
    var unused = attempt.result.whenComplete(
        (loaded, failure) -> keys.forEach(key -> underWay.remove(key, attempt)));
  }

  private void endInTime(LoadAttempt<?> attempt) {
    long nanos = attempt.timeout.toNanos();
    at(attempt, nanos, () -> {
      if (attempt.callOff()) {
        threads.forget(attempt.space, attempt);
        attempt.result.completeExceptionally(
            LoadException.late(neverBegan(attempt.what, attempt.space, attempt.timeout)));
      } else {
        at(attempt, (TIMEOUTS_UNTIL_GIVEN_UP - 1) * nanos, () -> {
          // First: what the loader makes of being interrupted is not why the load failed.
          attempt.result.completeExceptionally(
              LoadException.late(tookLonger(attempt.what, attempt.timeout)));
          attempt.giveUp();
        });
      }
    });
  }

  private void at(LoadAttempt<?> attempt, long nanos, Runnable step) {
    var deadline = deadlines.after(nanos, () -> late.execute(step));
    var unused = attempt.result.whenComplete((loaded, failure) -> deadline.cancel());
  }

  /**
   * Makes one caller's wait for a load end at the timeout, whatever becomes of the load.
   *
   * @param other the timeout, if it is another than the manager's
   * @return the caller's own future
   */
  <T> CompletableFuture<T> withDeadline(
      Keyspace<?, ?> space, Object key, CompletableFuture<T> load, @Nullable Duration other) {
    Duration most = timeoutOr(other);
    return load.isDone()
        ? load
        : deadlines.limit(load, most.toNanos(), late, () -> late(space, key, most));
  }

  private LoadException late(Keyspace<?, ?> space, Object key, Duration most) {
    LoadAttempt<?> attempt = attempt(space, key);
    String what = "key " + Failures.text(key);
    return LoadException.late(
        attempt != null && !attempt.hasBegun()
            ? neverBegan(what, space, most)
            : tookLonger(what, most));
  }

  private @Nullable LoadAttempt<?> attempt(Keyspace<?, ?> space, Object key) {
    try {
      return underWay.get(new KeyOfSpace(space, key));
    } catch (Throwable failure) { // the key's hashCode() or equals()
      return null;
    }
  }

  private String tookLonger(String what, Duration most) {
    return deadlines.isClosed()
        ? LoadAttempt.closed(what)
        : "loading " + what + " took longer than " + most;
  }

  private String neverBegan(String what, Keyspace<?, ?> space, Duration most) {
    if (deadlines.isClosed()) {
      return tookLonger(what, most);
    }
    String waited =
        "loading " + what + " of " + space.space + " never began: it waited " + most + " for ";
    return ofUser(space) == null
        ? waited + "a loader thread; " + threads.describe(space)
            + ". Make the loader faster, or give the cache threads of its own by loaderExecutor"
        : waited + "its loaderExecutor to run it";
  }
}
