package io.intelligentcache.internal.runtime;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.intelligentcache.internal.concurrent.LibraryThreads;
import io.intelligentcache.internal.concurrent.PeriodicWork;
import io.intelligentcache.internal.memory.MemoryEngine;
import io.intelligentcache.internal.time.CoarseTime;
import io.intelligentcache.tier.Scheduler;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The periodic work for expiry, from the first entry that expires until the manager is closed. It sets the rough
 * clock, and removes expired entries that nobody reads.
 *
 * <p>The entries are removed on a thread of its own, because that may take long, and the clock must not wait for it.
 */
public final class ExpiryWork implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ExpiryWork.class);
  private static final Duration PERIOD = Duration.ofMillis(100);

  private final TimeSource time;
  private final Scheduler scheduler;
  private final MemoryEngine memory;
  private volatile boolean started;

  @GuardedBy("this")
  private @Nullable PeriodicWork ticks;

  @GuardedBy("this")
  private @Nullable PeriodicWork removals;

  @GuardedBy("this")
  private @Nullable ExecutorService thread;

  public ExpiryWork(TimeSource time, Scheduler scheduler, MemoryEngine memory) {
    this.time = time;
    this.scheduler = scheduler;
    this.memory = memory;
  }

  /** Starts the work, unless it has been started. When this returns, the rough clock is being set. */
  void start() {
    if (!started) {
      begin();
    }
  }

  private synchronized void begin() {
    if (started) {
      return;
    }
    try {
      if (time instanceof CoarseTime clock) {
        clock.tick();
        ticks = every(Runnable::run, clock::tick, "setting the rough clock");
      }
      thread = Executors.newSingleThreadExecutor(LibraryThreads.named("icm-expiry-"));
      removals = every(thread, memory::expire, "removing expired entries");
    } catch (Throwable failure) { // "unable to create native thread": the next entry tries again
      stop();
      throw failure;
    }
    started = true;
  }

  private PeriodicWork every(Executor where, Runnable work, String name) {
    return new PeriodicWork(scheduler, where, PERIOD, work, log, name);
  }

  @Override
  public synchronized void close() {
    started = true; // it never starts again
    stop();
  }

  @GuardedBy("this")
  private void stop() {
    if (ticks != null) {
      ticks.close();
    }
    if (removals != null) {
      removals.close();
    }
    if (thread != null) {
      thread.shutdownNow();
    }
  }
}
