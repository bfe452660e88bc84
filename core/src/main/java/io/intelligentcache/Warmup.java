package io.intelligentcache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.intelligentcache.Found.Origin;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings keys in before anybody asks for them, a few at a time. */
final class Warmup<K, V> {
  private static final Logger log = LoggerFactory.getLogger(Warmup.class);
  private static final int LANES = 8;

  private enum Outcome {
    LOADED,
    PRESENT,
    ABSENT,
    FAILED
  }

  private final Keyspace<K, V> space;
  private final ReadPath<K, V> reads;
  private final Request<K, V> request;
  private final Consumer<WarmReport> progress;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final int[] counts = new int[Outcome.values().length];

  private volatile int total;

  Warmup(
      Keyspace<K, V> space,
      ReadPath<K, V> reads,
      Loader<? super K, ? extends V> loader,
      Consumer<WarmReport> progress) {
    this.space = space;
    this.reads = reads;
    this.request = Request.of(space, loader, EntryOptions.defaults()).forWarmUp();
    this.progress = progress;
  }

  /** Warms keys, all different. */
  CompletableFuture<WarmReport> run(Collection<K> keys) {
    total = keys.size();
    return Throttle.each(keys, LANES, this::warm).thenApply(done -> reportAtTheEnd());
  }

  private CompletableFuture<?> warm(K key) {
    if (space.hasFresh(key)) {
      tell(Outcome.PRESENT);
      return CompletableFuture.completedFuture(null);
    }
    return reads
        .find(key)
        .thenCompose(found ->
            found.isMiss() ? reads.load(key, request) : CompletableFuture.completedFuture(found))
        .handle((found, failure) -> {
          tell(outcome(found, failure));
          return found;
        });
  }

  private Outcome outcome(@Nullable Found<V> found, @Nullable Throwable failure) {
    if (found == null || failure != null) {
      return Outcome.FAILED;
    }
    if (found.origin() != Origin.LOADER) {
      return Outcome.PRESENT;
    }
    return found.value() == null ? Outcome.ABSENT : Outcome.LOADED;
  }

  private void tell(Outcome outcome) {
    lock.lock(); // no monitor: a listener that waits must not pin the thread that carries it
    try {
      counts[outcome.ordinal()]++;
      progress.accept(report());
    } catch (RuntimeException failure) { // the listener's own affair: the warm-up goes on
      log.debug("a listener to the progress of a warm-up failed", failure);
    } finally {
      lock.unlock();
    }
  }

  private WarmReport reportAtTheEnd() {
    lock.lock();
    try {
      return report();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private WarmReport report() {
    return new WarmReport(
        counts[Outcome.LOADED.ordinal()],
        counts[Outcome.PRESENT.ordinal()],
        counts[Outcome.ABSENT.ordinal()],
        counts[Outcome.FAILED.ordinal()],
        total);
  }
}
