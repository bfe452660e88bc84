package io.intelligentcache.internal.runtime;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.internal.concurrent.LibraryThreads;
import io.intelligentcache.internal.memory.MemoryEngine;
import io.intelligentcache.internal.time.CoarseTime;
import io.intelligentcache.tier.TimeSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The periodic work for expiry, from the first entry that expires until the manager is closed. It sets the rough
 * clock, and removes expired entries that nobody reads.
 *
 * <p>It has two threads, because removing entries may take long, and the clock must not wait for that.
 */
public final class ExpiryScheduler implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ExpiryScheduler.class);
  private static final long PERIOD_MILLIS = 100;

  private final TimeSource time;
  private final MemoryEngine memory;
  private volatile boolean started;

  @GuardedBy("this")
  private @Nullable ScheduledExecutorService threads;

  public ExpiryScheduler(TimeSource time, MemoryEngine memory) {
    this.time = time;
    this.memory = memory;
  }

  /** Starts the threads, unless they are running. When this returns, the rough clock is being set. */
  void start() {
    if (!started) {
      begin();
    }
  }

  private synchronized void begin() {
    if (started) {
      return;
    }
    threads = Executors.newScheduledThreadPool(2, LibraryThreads.named("icm-expiry-"));
    if (time instanceof CoarseTime clock) {
      clock.tick();
      every(threads, clock::tick);
    }
    every(threads, memory::expire);
    started = true;
  }

  private static void every(ScheduledExecutorService threads, Runnable work) {
    Runnable alwaysAgain = () -> {
      try {
        work.run();
      } catch (Throwable failure) { // a failure would end the periodic work
        Failures.warn(log, "the periodic work for expiry failed; going on", failure);
      }
    };
    var unused = threads.scheduleWithFixedDelay(
        alwaysAgain, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public synchronized void close() {
    started = true; // it never starts again
    if (threads != null) {
      threads.shutdownNow();
    }
  }
}
