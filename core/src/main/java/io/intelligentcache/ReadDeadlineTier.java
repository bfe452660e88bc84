package io.intelligentcache;

import io.intelligentcache.tier.CleanThreads;
import io.intelligentcache.tier.Deadlines;
import io.intelligentcache.tier.ForwardingTier;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TierStats;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tier whose reads access a device in the calling thread, with a deadline. It reads on a few threads of its
 * own: a read that hangs in the system can't be stopped, only those who wait for it can go on.
 *
 * <p>A read that has brought nothing for {@link #DEADLINE} is answered {@link Reason#LATE}, and from then on reads
 * are refused at once as {@link Reason#OPEN}, until the one that hung is tried again in the background and ends
 * in time. A read that finds {@value #WAITING} others waiting is refused as {@link Reason#BUSY}. What the tier does
 * not seem to have is not handed over.
 *
 * <p>The caller spins for a moment, and so does one thread that has nothing more to read, because a page that the
 * system has in memory is there faster than a thread can be put to sleep and woken.
 */
final class ReadDeadlineTier extends ForwardingTier {
  static final Duration DEADLINE = Duration.ofSeconds(1);
  static final int THREADS = 8;
  static final int WAITING = 10_000;

  private static final Logger log = LoggerFactory.getLogger(ReadDeadlineTier.class);
  private static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();
  private static final int IDLE_SECONDS = 10;
  private static final int SPINS = 100;
  private static final long SPIN_NANOS = 50_000;

  private final Tier tier;
  private final TimeSource time;
  private final Deadlines deadlines;
  private final LongAdder refused = new LongAdder();
  private final Set<Read> underWay = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean watched = new AtomicBoolean();
  private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
      THREADS,
      THREADS,
      IDLE_SECONDS,
      TimeUnit.SECONDS,
      new LinkedBlockingQueue<>(),
      CleanThreads.named("icm-disk-read-"));

  private final BlockingQueue<Read> waiting = new LinkedBlockingQueue<>();
  private final AtomicBoolean spinning = new AtomicBoolean();
  private final AtomicBoolean probing = new AtomicBoolean();

  /** What is tried until it ends in time; null while reads are let through. */
  private volatile @Nullable Runnable probe;

  /**
   * Makes it, without a thread.
   *
   * @param tier whose reads may hang
   */
  ReadDeadlineTier(Tier tier, TimeSource time, Deadlines deadlines) {
    super(tier);
    this.tier = tier;
    this.time = time;
    this.deadlines = deadlines;
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public CompletableFuture<Lookup> get(TierKey key) {
    return getAll(List.of(key)).thenApply(lookups -> lookups.get(0));
  }

  /** Done within the deadline after the last one of them that was read. */
  @Override
  public CompletableFuture<List<Lookup>> getAll(List<TierKey> keys) {
    if (keys.stream().noneMatch(tier::mayContain)) {
      return tier.getAll(keys);
    }
    if (probe != null) {
      return CompletableFuture.completedFuture(refused(keys.size(), Reason.OPEN));
    }
    var read = new Read(keys);
    try {
      begin(read);
    } catch (RejectedExecutionException full) {
      return CompletableFuture.completedFuture(
          refused(keys.size(), threads.isShutdown() ? Reason.CLOSED : Reason.BUSY));
    }
    if (!Workers.onStepThread()) { // there nobody waits for this one only
      read.spin();
    }
    return read.answer;
  }

  private List<Lookup> refused(int count, Reason why) {
    refused.add(count);
    return Collections.nCopies(count, new Lookup.Refused(why));
  }

  private void begin(Read read) {
    underWay.add(read);
    try {
      if (waiting.size() >= WAITING) {
        throw new RejectedExecutionException();
      }
      waiting.add(read);
      if (!spinning.get()) {
        threads.execute(this::work);
      }
    } catch (RejectedExecutionException full) {
      waiting.remove(read);
      underWay.remove(read);
      throw full;
    } catch (OutOfMemoryError noThread) {
      waiting.remove(read);
      underWay.remove(read);
      throw new RejectedExecutionException(noThread);
    }
    watch();
  }

  /** Reads what waits; then one thread spins for a moment, so that the next read need not wake it. */
  @SuppressWarnings(
      "ThreadPriorityCheck") // where there are fewer cores than threads, callers are to go on
  private void work() {
    Read read = waiting.poll();
    while (read != null) {
      read.run();
      read = waiting.poll();
      if (read == null && spinning.compareAndSet(false, true)) {
        long end = System.nanoTime() + SPIN_NANOS;
        for (int i = 0; read == null && System.nanoTime() - end < 0; i++) {
          if (i < SPINS) {
            Thread.onSpinWait();
          } else {
            Thread.yield();
          }
          read = waiting.poll();
        }
        spinning.set(false);
        // One may have come when this seemed to be spinning.
        if (read == null) {
          read = waiting.poll();
        } else if (!waiting.isEmpty()) {
          oneMore();
        }
      }
    }
  }

  private void oneMore() {
    try {
      threads.execute(this::work);
    } catch (RejectedExecutionException | OutOfMemoryError notNow) {
      // This thread will come to it.
    }
  }

  private void watch() {
    if (!watched.get() && watched.compareAndSet(false, true)) {
      var unused = deadlines.after(LOOK_NANOS, this::look);
    }
  }

  /** Runs on the timer's thread: completing a read there means no more than handing it over. */
  private void look() {
    watched.set(false);
    long now = time.nanos();
    for (Read read : underWay) {
      if (deadlines.isClosed()) {
        var unused =
            read.answerLate(); // the manager is closed, and this will not be looked at again
      } else if (now - read.since >= DEADLINE.toNanos()) {
        late(read);
      }
    }
    tryAgain();
    if (!deadlines.isClosed() && (!underWay.isEmpty() || probe != null)) {
      watch();
    }
  }

  private void late(Read read) {
    if (read.answerLate() && read.running && probe == null) {
      log.warn("the {} tier does not answer reads; left alone until it does", name());
      probe = read::again;
    }
  }

  /** One at a time, so that a device that hangs holds one thread more, not all. */
  private void tryAgain() {
    Runnable read = probe;
    if (read != null && probing.compareAndSet(false, true)) {
      try {
        threads.execute(() -> tryAgain(read));
      } catch (RejectedExecutionException | OutOfMemoryError notNow) {
        probing.set(false);
      }
    }
  }

  private void tryAgain(Runnable read) {
    long began = time.nanos();
    try {
      read.run();
    } catch (Throwable bug) { // it has answered, all the same
      log.debug("reading from the {} tier failed", name(), bug);
    }
    if (time.nanos() - began < DEADLINE.toNanos()) {
      probe = null;
      log.info("the {} tier answers reads again", name());
    }
    probing.set(false);
  }

  @Override
  public TierStats stats() {
    TierStats known = super.stats();
    return new TierStats(
        known.entries(),
        known.bytes(),
        known.capacityBytes(),
        known.hits(),
        known.misses(),
        known.refused() + refused.sum(),
        known.declined(),
        known.writes(),
        known.rewrites(),
        known.removals(),
        known.evictions(),
        known.expirations(),
        known.damaged(),
        known.available() && probe == null);
  }

  @Override
  public void close() {
    super.close();
    threads.shutdown();
  }

  private final class Read implements Runnable {
    final CompletableFuture<List<Lookup>> answer = new CompletableFuture<>();
    private final List<TierKey> keys;
    private final List<Lookup> got;
    private volatile int done;

    /** When it began to wait, or last got something. */
    volatile long since = time.nanos();

    volatile boolean running;

    Read(List<TierKey> keys) {
      this.keys = keys;
      this.got = new ArrayList<>(Collections.nCopies(keys.size(), Lookup.MISS));
    }

    @Override
    public void run() {
      running = true;
      try {
        for (int i = 0; i < keys.size() && !answer.isDone(); i++) {
          got.set(i, tier.get(keys.get(i)).join());
          since = time.nanos();
          done = i + 1;
        }
      } catch (Throwable bug) { // whatever it is, those who wait must hear of it
        log.warn("reading from the {} tier failed", name(), bug);
      } finally {
        underWay.remove(this);
        answer.complete(soFar(Reason.BROKEN));
      }
    }

    private List<Lookup> soFar(Reason otherwise) {
      int known = done;
      List<Lookup> answers = new ArrayList<>(got.subList(0, known));
      answers.addAll(Collections.nCopies(keys.size() - known, new Lookup.Refused(otherwise)));
      return answers;
    }

    /** Whether it was not answered before. */
    boolean answerLate() {
      underWay.remove(this);
      List<Lookup> answers = soFar(Reason.LATE);
      boolean first = answer.complete(answers);
      if (first) {
        refused.add(keys.size() - done);
      }
      return first;
    }

    /** What it hangs at. */
    void again() {
      var unused = tier.get(keys.get(Math.min(done, keys.size() - 1))).join();
    }

    @SuppressWarnings(
        "ThreadPriorityCheck") // where there are fewer cores than threads, the reader is to go on
    void spin() {
      for (int i = 0; i < SPINS && !answer.isDone(); i++) {
        Thread.onSpinWait();
      }
      long end = System.nanoTime() + SPIN_NANOS;
      while (!answer.isDone() && System.nanoTime() - end < 0) {
        Thread.yield();
      }
    }
  }
}
