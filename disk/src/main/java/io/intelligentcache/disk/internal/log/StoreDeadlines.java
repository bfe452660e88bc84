package io.intelligentcache.disk.internal.log;

import io.intelligentcache.internal.concurrent.DeadlineTimer;
import io.intelligentcache.internal.concurrent.ElasticPool;
import io.intelligentcache.internal.concurrent.LibraryThreads;
import io.intelligentcache.internal.concurrent.Timeouts;
import io.intelligentcache.internal.concurrent.Uninterruptibles;
import io.intelligentcache.tier.Scheduler;
import java.util.concurrent.CompletableFuture;

/**
 * The deadlines of one store. Work at a deadline takes the log's lock and completes futures, whose
 * continuations may be user code. So it runs on a thread of its own, not on the scheduler's thread.
 */
public final class StoreDeadlines implements AutoCloseable {
  private static final int MOST_THREADS = 4;

  private final Scheduler scheduler;
  private final DeadlineTimer timer;
  private final ElasticPool threads;
  private final Timeouts timeouts;

  /** Creates it, without a thread. */
  public StoreDeadlines(Scheduler scheduler) {
    this.scheduler = scheduler;
    timer = new DeadlineTimer(scheduler);
    threads = new ElasticPool(
        LibraryThreads.named("intelligent-cache-disk-deadline-"), 1, MOST_THREADS, timer);
    timeouts = new Timeouts(timer, threads);
  }

  /** The clock of the deadlines. */
  public long nanos() {
    return timeouts.nanos();
  }

  /** Whether it was closed. Work that is given to it after that runs at once. */
  public boolean isClosed() {
    return timeouts.isClosed();
  }

  /** Runs work after a delay, or early if this is closed before. */
  public void after(long nanos, Runnable work) {
    var unused = timeouts.after(nanos, work);
  }

  /** Waits for an event, whatever interrupts the thread; returns whether it came in time. */
  public boolean await(CompletableFuture<?> event, long nanos) {
    return Uninterruptibles.await(event, scheduler, nanos() + nanos);
  }

  /** Runs all pending work early. Then the threads end. */
  @Override
  public void close() {
    timer.close();
    threads.close();
  }
}
