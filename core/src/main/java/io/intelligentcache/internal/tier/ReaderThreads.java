package io.intelligentcache.internal.tier;

import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.concurrent.LibraryThreads;
import io.intelligentcache.internal.concurrent.SpinWait;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs reads that may hang: at most {@value #THREADS} at a time, from a queue of at most {@value #WAITING}.
 *
 * <p>A <i>reader</i> is a task of the pool that runs reads until none waits. The pool is given no more than
 * {@value #THREADS} readers, so its own queue stays empty or nearly so. A reader is started
 *
 * <ul>
 *   <li>for each read that is added, and
 *   <li>by each reader that takes a read and leaves others waiting, because its own read may hang,
 * </ul>
 *
 * <p>unless {@value #THREADS} of them run. While one reader spins, an added read starts none: waking a thread
 * takes far longer than reading a page that the system has in memory.
 */
final class ReaderThreads {
  static final int THREADS = 8;
  static final int WAITING = 10_000;

  private static final Logger log = LoggerFactory.getLogger(ReaderThreads.class);
  private static final int IDLE_SECONDS = 10;

  private final String tier;
  private final ExecutorService pool;
  private final Consumer<BooleanSupplier> spin;

  private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>(WAITING);
  private final AtomicReference<@Nullable Runnable> first = new AtomicReference<>();

  private final AtomicBoolean complained = new AtomicBoolean();

  /** Readers that the pool has been given and that have not ended. */
  private final AtomicInteger readers = new AtomicInteger();

  /** Whether a reader spins. It looks for a read once more after it has set this to false. */
  private final AtomicBoolean spinning = new AtomicBoolean();

  /**
   * Creates it, without a reader.
   *
   * @param tier the name of the tier that is read, for the log
   * @param pool has {@value #THREADS} threads
   * @param spin returns when its argument is true, or after a moment
   */
  ReaderThreads(String tier, ExecutorService pool, Consumer<BooleanSupplier> spin) {
    this.tier = tier;
    this.pool = pool;
    this.spin = spin;
  }

  /** Creates it, with threads that are started when needed and end when idle. */
  static ReaderThreads of(String tier) {
    var pool = new ThreadPoolExecutor(
        THREADS,
        THREADS,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        LibraryThreads.named("icm-disk-read-"));
    pool.allowCoreThreadTimeOut(true);
    return new ReaderThreads(tier, pool, SpinWait::until);
  }

  /**
   * Adds a read. Returns false if that is refused: the queue is full, no thread can be started, or this is closed.
   */
  boolean add(Runnable read) {
    if (isClosed() || !waiting.offer(read)) {
      return false;
    }
    return hasReader() || !waiting.remove(read);
  }

  /** Adds a read that is run before all waiting ones; one at a time. Returns false if that is refused. */
  boolean addFirst(Runnable read) {
    first.set(read);
    return hasReader() || !first.compareAndSet(read, null);
  }

  boolean isClosed() {
    return pool.isShutdown();
  }

  /** Refuses further reads, and ends the threads after the waiting reads. */
  void close() {
    pool.shutdown();
  }

  /** Makes sure that a reader runs a read that was added. Returns false if no thread can be started. */
  private boolean hasReader() {
    return spinning.get() || !enter() || start();
  }

  /** Counts one more reader, unless there are enough of them. */
  private boolean enter() {
    int now = readers.get();
    while (now < THREADS) {
      if (readers.compareAndSet(now, now + 1)) {
        return true;
      }
      now = readers.get();
    }
    return false;
  }

  private boolean start() {
    try {
      pool.execute(this::runAll);
      return true;
    } catch (RejectedExecutionException | OutOfMemoryError noThread) {
      readers.decrementAndGet();
      return false;
    }
  }

  /** The task of a reader: runs reads until none waits. */
  private void runAll() {
    try {
      Runnable read = poll();
      while (read != null) {
        startForOthers();
        run(read);
        read = poll();
        if (read == null) {
          read = spin();
        }
      }
    } finally {
      readers.decrementAndGet();
      startForOthers(); // a read that was added just when this reader had found none
    }
  }

  /** Starts a reader if reads wait. If no thread can be started, the next reader that runs takes them. */
  private void startForOthers() {
    if (isReadWaiting() && enter()) {
      boolean unused = start();
    }
  }

  private @Nullable Runnable poll() {
    Runnable urgent = first.get();
    return urgent != null && first.compareAndSet(urgent, null) ? urgent : waiting.poll();
  }

  private boolean isReadWaiting() {
    return !waiting.isEmpty() || first.get() != null;
  }

  /** Waits a moment for a read, unless another reader does so. */
  private @Nullable Runnable spin() {
    if (!spinning.compareAndSet(false, true)) {
      return null;
    }
    try {
      spin.accept(this::isReadWaiting);
    } finally { // or no reader would ever be started
      spinning.set(false);
    }
    return poll();
  }

  private void run(Runnable read) {
    try {
      read.run();
    } catch (Throwable bug) { // of a tier; an Error too must not end the thread
      if (complained.compareAndSet(false, true)) {
        Failures.warn(
            log, "reading from the " + tier + " tier failed; further failures are not logged", bug);
      }
    }
  }
}
