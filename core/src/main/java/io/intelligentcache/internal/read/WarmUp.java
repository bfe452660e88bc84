package io.intelligentcache.internal.read;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.Found;
import io.intelligentcache.Found.Origin;
import io.intelligentcache.Loader;
import io.intelligentcache.WarmReport;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.concurrent.Throttle;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.runtime.ReadRequest;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings keys into memory before users read them, a few keys at a time.
 *
 * <p>Progress reports are delivered in order, by one task at a time. The task runs on a callback thread or on the
 * caller's thread, and holds no lock. All reports are delivered before the warm-up ends. A progress callback that
 * hangs delays the end of its own warm-up, but not its loads.
 */
public final class WarmUp<K, V> {
  private static final Logger log = LoggerFactory.getLogger(WarmUp.class);
  private static final int LANES = 8;

  private enum Outcome {
    LOADED,
    PRESENT,
    ABSENT,
    FAILED
  }

  private record Progress(int loaded, int present, int absent, int failed, int total)
      implements WarmReport {}

  private final Keyspace<K, V> space;
  private final ReadPath<K, V> reads;
  private final ReadRequest<K, V> request;
  private final Consumer<WarmReport> progress;
  private final Executor where;
  private final int total;
  private final CompletableFuture<WarmReport> end = new CompletableFuture<>();
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final int[] counts = new int[Outcome.values().length];

  /** Reports that are not yet delivered to the progress callback: at most one per key. */
  @GuardedBy("lock")
  private final Queue<WarmReport> untold = new ArrayDeque<>();

  @GuardedBy("lock")
  private boolean telling;

  /**
   * Creates a warm-up that has not begun.
   *
   * @param where runs {@code progress}; never refuses
   * @param total how many keys there are
   */
  public WarmUp(
      Keyspace<K, V> space,
      ReadPath<K, V> reads,
      Loader<? super K, ? extends V> loader,
      Consumer<WarmReport> progress,
      Executor where,
      int total) {
    this.space = space;
    this.reads = reads;
    this.request =
        ReadRequest.of(space.expiryPolicy, loader, EntryOptions.defaults()).forWarmUp();
    this.progress = progress;
    this.where = where;
    this.total = total;
  }

  /** Warms distinct keys. The result completes when the progress callback has received all reports. */
  public CompletableFuture<WarmReport> run(Collection<K> keys) {
    if (keys.isEmpty()) {
      return CompletableFuture.completedFuture(new Progress(0, 0, 0, 0, 0));
    }
    return Throttle.each(keys, LANES, this::warm).thenCompose(done -> end);
  }

  private CompletableFuture<?> warm(K key) {
    return warmed(key).handle((found, failure) -> {
      count(failure == null ? found : Outcome.FAILED);
      return found;
    });
  }

  /** Warms one key. A key whose search or load can't begin has failed. */
  private CompletableFuture<Outcome> warmed(K key) {
    return Failures.attempt(() -> {
      if (space.hasFresh(key)) {
        return CompletableFuture.completedFuture(Outcome.PRESENT);
      }
      return reads
          .search(key, request)
          .thenCompose(Failures.step(found -> Answers.isMiss(found)
              ? reads.load(key, request)
              : CompletableFuture.completedFuture(found)))
          .thenApply(WarmUp::outcome);
    });
  }

  private static Outcome outcome(Found<?> found) {
    if (found.origin() != Origin.LOADER) {
      return Outcome.PRESENT;
    }
    return found.value() == null ? Outcome.ABSENT : Outcome.LOADED;
  }

  private void count(Outcome outcome) {
    lock.lock();
    try {
      counts[outcome.ordinal()]++;
      untold.add(report());
      if (telling) {
        return;
      }
      telling = true;
    } finally {
      lock.unlock();
    }
    where.execute(this::tell);
  }

  private void tell() {
    for (WarmReport next = next(); next != null; next = next()) {
      try {
        progress.accept(next);
      } catch (Throwable failure) { // a failing callback does not stop the warm-up
        log.debug(
            "a callback for the progress of a warm-up failed: {}",
            failure.getClass().getName());
      }
      if (next.done() == total) {
        end.complete(next);
      }
    }
  }

  private @Nullable WarmReport next() {
    lock.lock();
    try {
      WarmReport next = untold.poll();
      telling = next != null;
      return next;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private WarmReport report() {
    return new Progress(
        counts[Outcome.LOADED.ordinal()],
        counts[Outcome.PRESENT.ordinal()],
        counts[Outcome.ABSENT.ordinal()],
        counts[Outcome.FAILED.ordinal()],
        total);
  }
}
