package io.intelligentcache;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The manager's own threads: started when needed, ended when idle, never in the way of an exit. */
final class Workers implements AutoCloseable {
  /** Loaders wait for databases, so there may be more of them than cores. */
  private static final int LOADERS = 16;

  private static final int WAITING_LOADS = 10_000;
  private static final int WAITING_STEPS = 10_000;
  private static final int LISTENERS = 4;
  private static final int IDLE_SECONDS = 10;

  private final ThreadPoolExecutor loaders;
  private final ThreadPoolExecutor steps;
  private final ThreadPoolExecutor listeners;

  Workers() {
    loaders = pool("icm-loader-", LOADERS, new ArrayBlockingQueue<>(WAITING_LOADS));
    steps = pool(
        "icm-step-",
        Runtime.getRuntime().availableProcessors(),
        new ArrayBlockingQueue<>(WAITING_STEPS));
    // Bounded all the same: each cache or tenant has one task there at most.
    listeners = pool("icm-listener-", LISTENERS, new LinkedBlockingQueue<>());
    // A step that finds no room is done by whoever brings it: late, but never lost.
    steps.setRejectedExecutionHandler((step, pool) -> step.run());
  }

  /** Runs user code. Refuses when {@value #WAITING_LOADS} loads wait. */
  Executor loaders() {
    return loaders;
  }

  /** Runs short steps that never block. Never refuses. */
  Executor steps() {
    return steps;
  }

  /** Runs listeners. Refuses once this is closed, not before. */
  Executor listeners() {
    return listeners;
  }

  @Override
  public void close() {
    loaders.shutdownNow(); // interrupts loaders; who waits for them gets an error at the timeout
    steps.shutdown();
    listeners.shutdown(); // what was announced is told
  }

  private static ThreadPoolExecutor pool(
      String name, int threads, BlockingQueue<Runnable> waiting) {
    var pool = new ThreadPoolExecutor(
        threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, waiting, daemons(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static ThreadFactory daemons(String name) {
    var number = new AtomicInteger();
    return work -> {
      var thread = new Thread(work, name + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
