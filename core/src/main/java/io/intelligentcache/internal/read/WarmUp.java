package io.intelligentcache.internal.read;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.intelligentcache.EntryOptions;
import io.intelligentcache.Found;
import io.intelligentcache.Found.Origin;
import io.intelligentcache.Loader;
import io.intelligentcache.WarmReport;
import io.intelligentcache.Warming;
import io.intelligentcache.codec.CodecException;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.concurrent.DeadlineTimer;
import io.intelligentcache.internal.read.WarmProgress.Outcome;
import io.intelligentcache.internal.runtime.Answers;
import io.intelligentcache.internal.runtime.Keyspace;
import io.intelligentcache.internal.runtime.ReadRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings keys into memory before users read them, some at a time.
 *
 * <p>One task at a time takes keys from their source: a few that can be loaded together. It runs on a callback thread
 * or in the caller's thread, because the source is user code. Another one delivers progress there. If a progress
 * callback hangs, reports are not queued: the next one has the sum. All threads agree by a lock, which is never held
 * while user code runs.
 */
public final class WarmUp<K, V> {
  private static final Logger log = LoggerFactory.getLogger(WarmUp.class);

  /** Keys that a task looks at before others may run in its thread. */
  private static final int LOOKS = 256;

  private final Supplier<ReadPath<K, V>> inUse;
  private final Loader<? super K, ? extends V> loader;
  private final ReadRequest<K, V> request;
  private final Warming<K> keys;
  private final WarmProgress progress;
  private final Executor where;
  private final int together;
  private final DeadlineTimer timer;
  private final CompletableFuture<WarmReport> end = new CompletableFuture<>();
  private final long begunNanos;
  private final double nanosPerKey;

  /** The keys that are left; null before they are opened. Owned by the task that takes keys. */
  private @Nullable Spliterator<? extends K> source;

  /** What has to be closed, once it was opened. */
  @GuardedBy("this")
  private @Nullable Stream<? extends K> stream;

  @GuardedBy("this")
  private boolean closed;

  @GuardedBy("this")
  private int running;

  @GuardedBy("this")
  private boolean scheduled;

  @GuardedBy("this")
  private boolean taking;

  /** Whether no more keys are taken. */
  @GuardedBy("this")
  private boolean ended;

  @GuardedBy("this")
  private @Nullable Throwable failure;

  @GuardedBy("this")
  private boolean untold;

  @GuardedBy("this")
  private boolean telling;

  /** Whether all is done but the last report. */
  @GuardedBy("this")
  private boolean done;

  /** When the next keys may be loaded. */
  @GuardedBy("this")
  private long nextNanos;

  @GuardedBy("this")
  private boolean waiting;

  /**
   * Creates a warm-up that has not begun.
   *
   * @param inUse how keys are read; asked each time, because that of a tenant changes after it was idle
   * @param where takes keys and runs the progress callback; never refuses
   */
  public WarmUp(
      Supplier<ReadPath<K, V>> inUse,
      Loader<? super K, ? extends V> loader,
      Warming<K> keys,
      Executor where) {
    Keyspace<K, V> space = inUse.get().space();
    this.inUse = inUse;
    this.loader = loader;
    this.request =
        ReadRequest.of(space.expiryPolicy, loader, EntryOptions.defaults()).forWarmUp();
    this.keys = keys;
    this.progress = new WarmProgress(keys.skipped());
    this.where = where;
    this.together = loader.isBulk() ? keys.batchSize() : 1;
    this.timer = space.runtime.threads().deadlines();
    this.begunNanos = timer.nanos();
    this.nextNanos = begunNanos;
    Long rate = keys.keysPerSecond();
    this.nanosPerKey = rate == null ? 0 : 1e9 / rate;
  }

  /**
   * Begins. The result completes when the progress callback has received the last report. It fails if the source fails,
   * or if the cache is closed meanwhile.
   */
  public CompletableFuture<WarmReport> run() {
    takeLater();
    return end;
  }

  /** Takes no more keys. Loads that have begun go on. */
  public void cancel() {
    stop(null);
  }

  /** Has the next keys taken, unless that is so already, or it is too early. */
  private void takeLater() {
    long early;
    synchronized (this) {
      if (scheduled || ended || running == keys.concurrency()) {
        return;
      }
      early = nextNanos - timer.nanos();
      if (early > 0) {
        if (waiting) {
          return;
        }
        waiting = true;
      } else {
        scheduled = true;
      }
    }
    if (early > 0) {
      var unused = timer.after(early, this::onTime);
    } else {
      where.execute(this::take);
    }
  }

  private void onTime() {
    synchronized (this) {
      waiting = false;
    }
    takeLater();
  }

  private void take() {
    synchronized (this) {
      taking = true;
    }
    boolean more = true;
    while (more && reserve()) {
      Map<K, Long> some = new LinkedHashMap<>();
      ReadPath<K, V> reads = next(some);
      more = !some.isEmpty();
      if (reads != null && more) {
        charge(some.size());
        var unused = Failures.attempt(() -> reads.space().offCaller(() -> warm(some, reads)))
            .whenComplete((done, failed) -> onDone(some));
      } else { // others may use this thread before it looks further
        release();
      }
    }
    synchronized (this) {
      taking = false;
      scheduled = false;
    }
    closeIfEnded();
    takeLater();
    endIfDone();
  }

  /** Reserves one of the loads that may run at a time, unless it is too early. */
  private synchronized boolean reserve() {
    if (ended || running == keys.concurrency() || nextNanos - timer.nanos() > 0) {
      return false;
    }
    running++;
    return true;
  }

  private synchronized void release() {
    running--;
  }

  /** Delays the next loads by the time that these keys take at the given rate. */
  private synchronized void charge(int some) {
    long now = timer.nanos();
    nextNanos = (nextNanos - now > 0 ? nextNanos : now) + (long) (some * nanosPerKey);
  }

  private void onDone(Map<K, Long> some) {
    some.values()
        .forEach(position -> count(position, Outcome.FAILED)); // those that are not counted yet
    release();
    takeLater();
    endIfDone();
  }

  /**
   * Takes keys that memory does not have, with their positions: at most as many as are loaded together.
   *
   * @return how to read them; null if the cache is closed
   */
  private @Nullable ReadPath<K, V> next(Map<K, Long> next) {
    ReadPath<K, V> reads = null;
    try {
      reads = inUse.get();
      Keyspace<K, V> space = reads.space();
      space.requireOpen();
      Spliterator<? extends K> open = source();
      int looks = 0;
      while (looks++ < LOOKS && next.size() < together && !hasEnded()) {
        if (!take(open, key -> look(key, next, space))) {
          stop(null);
        }
      }
    } catch (Throwable e) { // keys that were taken before are loaded
      stop(e);
    }
    return reads;
  }

  private synchronized boolean hasEnded() {
    return ended;
  }

  /** The keys that are left. Opens them at first. */
  private Spliterator<? extends K> source() {
    Spliterator<? extends K> open = source;
    if (open == null) {
      Stream<? extends K> opened = open();
      synchronized (this) {
        stream = opened;
      }
      open = opened.spliterator();
      source = open;
      progress.total(open.getExactSizeIfKnown());
    }
    return open;
  }

  /** Takes one key. Returns false at the end. */
  private boolean take(Spliterator<? extends K> open, Consumer<K> look) {
    try {
      return open.tryAdvance(key -> look.accept(requireNonNull(key, "key")));
    } catch (CodecException noKey) {
      log.debug("not warmed", noKey);
      long position = progress.take();
      if (position >= 0) {
        count(position, Outcome.FAILED);
      }
      return true;
    }
  }

  /** Looks for a key in memory. If it has to be loaded, it is added to the next ones. */
  private void look(K key, Map<K, Long> next, Keyspace<K, V> space) {
    long position = progress.take();
    if (position < 0) {
      return;
    }
    Outcome outcome = null;
    try {
      if (space.hasFresh(key)) {
        outcome = Outcome.PRESENT;
      } else if (next.putIfAbsent(key, position) != null) {
        outcome = Outcome.PRESENT; // the same key again
      }
    } catch (Throwable failed) { // in the key's methods
      outcome = Outcome.FAILED;
    }
    if (outcome != null) {
      count(position, outcome);
    }
  }

  /** Searches and loads keys. Those that are not counted when this has ended have failed. */
  private CompletableFuture<@Nullable Void> warm(Map<K, Long> some, ReadPath<K, V> reads) {
    Collection<K> missing = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<?>> searches = new ArrayList<>();
    search(some.keySet(), reads).forEach((key, search) -> {
      long position = position(key, some);
      searches.add(search.handle((found, failed) -> {
        if (failed == null && Answers.isMiss(found)) {
          missing.add(key);
        } else {
          onAnswer(position, found, failed);
        }
        return found;
      }));
    });
    return BulkRead.all(searches).thenCompose(Failures.step(done -> {
      List<CompletableFuture<?>> loads = new ArrayList<>();
      load(missing, reads).forEach((key, load) -> {
        long position = position(key, some);
        loads.add(load.handle((found, failed) -> {
          onAnswer(position, found, failed);
          return found;
        }));
      });
      return BulkRead.all(loads);
    }));
  }

  /** Calls the key's methods, which may throw. */
  private long position(K key, Map<K, Long> some) {
    return requireNonNull(some.get(key));
  }

  private Map<K, CompletableFuture<Found<V>>> search(Collection<K> some, ReadPath<K, V> reads) {
    return loader.isBulk() ? reads.searchAll(some) : each(some, key -> reads.search(key, request));
  }

  private Map<K, CompletableFuture<Found<V>>> load(Collection<K> some, ReadPath<K, V> reads) {
    return loader.isBulk()
        ? reads.loadAll(some, loader, request)
        : each(some, key -> reads.load(key, request));
  }

  private static <K, V> Map<K, V> each(Collection<K> some, Function<K, V> step) {
    Map<K, V> results = new LinkedHashMap<>();
    some.forEach(key -> results.put(key, step.apply(key)));
    return results;
  }

  private void onAnswer(long position, @Nullable Found<V> found, @Nullable Throwable failed) {
    Outcome outcome = failed != null || found == null ? Outcome.FAILED : outcome(found);
    if (outcome == Outcome.PRESENT) {
      refund();
    }
    count(position, outcome);
  }

  /** Takes back what was charged for a key that was not loaded. */
  private synchronized void refund() {
    nextNanos -= (long) nanosPerKey;
  }

  private static Outcome outcome(Found<?> found) {
    if (found.origin() != Origin.LOADER) {
      return Outcome.PRESENT;
    }
    return found.value() == null ? Outcome.ABSENT : Outcome.LOADED;
  }

  /** Counts a key, unless it is counted already. */
  private void count(long position, Outcome outcome) {
    if (progress.count(position, outcome)) {
      tellLater();
    }
  }

  /** Takes no more keys. */
  private void stop(@Nullable Throwable why) {
    synchronized (this) {
      if (!ended) {
        ended = true;
        failure = why;
      }
    }
    closeIfEnded();
    endIfDone();
  }

  /** Closes the source, unless a key is being taken from it. A stream that was never read is closed, too. */
  private void closeIfEnded() {
    Stream<? extends K> open;
    synchronized (this) {
      if (!ended || taking || closed) {
        return;
      }
      closed = true;
      open = stream;
      stream = null;
    }
    try {
      (open == null ? open() : open).close();
    } catch (Throwable failed) {
      log.debug("the keys of a warm-up could not be closed", failed);
    }
  }

  private Stream<? extends K> open() {
    return keys.open(inUse.get().space()::requireTexts);
  }

  private void tellLater() {
    synchronized (this) {
      untold = true;
      if (telling) {
        return;
      }
      telling = true;
    }
    where.execute(this::tell);
  }

  private void endIfDone() {
    synchronized (this) {
      if (!ended || done || taking || scheduled || running > 0) {
        return;
      }
      done = true;
    }
    tellLater();
  }

  private void tell() {
    while (true) {
      boolean last;
      synchronized (this) {
        if (!untold) {
          telling = false;
          return;
        }
        untold = false;
        last = done;
      }
      WarmReport report = progress.report(timer.nanos() - begunNanos, last);
      try {
        keys.progress().accept(report);
      } catch (Throwable failed) { // a failing callback does not stop the warm-up
        log.debug(
            "a callback for the progress of a warm-up failed: {}",
            failed.getClass().getName());
      }
      if (last) {
        end(report);
        return;
      }
    }
  }

  private void end(WarmReport report) {
    Throwable why;
    synchronized (this) {
      why = failure;
    }
    if (why == null) {
      end.complete(report);
    } else {
      end.completeExceptionally(Failures.safe(why));
    }
  }
}
