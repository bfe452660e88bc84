package io.intelligentcache.internal.runtime;

import io.intelligentcache.internal.concurrent.DeadlineTimer;
import io.intelligentcache.internal.concurrent.ElasticPool;
import io.intelligentcache.internal.concurrent.LibraryThreads;
import io.intelligentcache.internal.concurrent.LimitedExecutor;
import io.intelligentcache.internal.concurrent.StepThreads;
import io.intelligentcache.internal.concurrent.Timeouts;
import io.intelligentcache.internal.concurrent.TimerThread;
import io.intelligentcache.internal.load.LoaderThreads;
import io.intelligentcache.tier.Scheduler;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The manager's own threads, each kind for one purpose. They are started when needed, and end when idle. They do not
 * keep the process from exiting, and inherit nothing from the threads that start them.
 *
 * <table>
 *   <caption>Kinds</caption>
 *   <tr><td>timer<td>hands work over at deadlines, sets the rough clock, and checks whether the threads of a pool are
 *       blocked; nothing else
 *   <tr><td>deadlines<td>ends waits that have taken too long; of user code only {@code toString} of keys, for messages
 *   <tr><td>steps<td>the library's own work, with codecs, weighers, TTL functions and keys; of each cache or tenant
 *       at most {@value LimitedExecutor#MOST} at a time
 *   <tr><td>callbacks<td>user code that follows on futures, listeners, progress; the library waits for none of it
 *   <tr><td>loaders<td>loaders, and functions of {@code compute}
 * </table>
 */
public final class ThreadPools implements AutoCloseable {
  private static final int MOST_DEADLINES = 16;
  private static final int MOST_STEPS = 256;
  private static final int CALLBACKS = 4;
  public static final int MOST_CALLBACKS = 256;

  private final TimerThread timer = new TimerThread("icm-timer");
  private final Scheduler scheduler;
  private final DeadlineTimer deadlines;

  /** Checks whether threads are blocked. That follows real time, even if a scheduler of a test stands. */
  private final DeadlineTimer stalls = new DeadlineTimer(timer);

  private final ElasticPool late;
  private final Timeouts timeouts;
  private final LoaderThreads loaders = new LoaderThreads();
  private final ElasticPool steps;
  private final ElasticPool callbacks;

  /**
   * Creates them, without a thread.
   *
   * @param supplied what all waits follow; null for real time. It is not closed
   */
  public ThreadPools(@Nullable Scheduler supplied) {
    scheduler = supplied == null ? timer : supplied;
    deadlines = new DeadlineTimer(scheduler);
    late = new ElasticPool(LibraryThreads.named("icm-deadline-"), 1, MOST_DEADLINES, stalls);
    timeouts = new Timeouts(deadlines, late);
    steps = new ElasticPool(
        StepThreads.named("icm-step-"),
        Runtime.getRuntime().availableProcessors(),
        MOST_STEPS,
        stalls);
    callbacks =
        new ElasticPool(LibraryThreads.named("icm-callback-"), CALLBACKS, MOST_CALLBACKS, stalls);
  }

  /** What all waits of the manager follow. */
  public Scheduler scheduler() {
    return scheduler;
  }

  /** Hands work over at deadlines. */
  public DeadlineTimer deadlines() {
    return deadlines;
  }

  /** Runs loaders. */
  public LoaderThreads loaders() {
    return loaders;
  }

  /**
   * Ends waits that have taken too long. Of user code its threads run only {@code toString} of keys, for messages. If
   * that blocks, there are more threads.
   */
  public Timeouts timeouts() {
    return timeouts;
  }

  /**
   * Runs short steps of the library. It never refuses a step, and never runs it in the thread that submits it. A step
   * that may run user code goes through a {@link LimitedExecutor}.
   */
  public Executor steps() {
    return steps;
  }

  /** Runs user code that follows on what the cache does. Never refuses. */
  public Executor callbacks() {
    return callbacks;
  }

  /** Ends the waits of callers for loads, and interrupts the loads. */
  public void endWaits() {
    deadlines.close();
    loaders.close();
  }

  /** Ends the threads. Tasks that have begun are finished, and results for users are still delivered. */
  @Override
  public void close() {
    endWaits();
    late.close();
    steps.close();
    callbacks.close();
    stalls.close();
    timer.close();
  }
}
