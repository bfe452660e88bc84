package io.intelligentcache.internal.runtime;

import io.intelligentcache.internal.concurrent.DeadlineTimer;
import io.intelligentcache.internal.concurrent.ElasticPool;
import io.intelligentcache.internal.concurrent.LibraryThreads;
import io.intelligentcache.internal.concurrent.LimitedExecutor;
import io.intelligentcache.internal.concurrent.StepThreads;
import io.intelligentcache.internal.load.LoaderThreads;
import java.util.concurrent.Executor;

/**
 * The manager's own threads, each kind for one purpose: started when needed, ended when idle, never in the way
 * of an exit, inheriting nothing.
 *
 * <table>
 *   <caption>Kinds</caption>
 *   <tr><td>timer<td>hands over at deadlines; nothing else
 *   <tr><td>deadlines<td>ends waits that have taken too long; no user code
 *   <tr><td>steps<td>the library's own work, with codecs, weighers, TTL functions and keys; of each cache or tenant
 *       at most {@value LimitedExecutor#MOST} at a time
 *   <tr><td>callbacks<td>what users hang on futures, listeners, progress; nothing of ours waits for them
 *   <tr><td>loaders<td>loaders and functions
 * </table>
 */
public final class ThreadPools implements AutoCloseable {
  private static final int MOST_DEADLINES = 16;
  private static final int MOST_STEPS = 256;
  private static final int CALLBACKS = 4;
  public static final int MOST_CALLBACKS = 256;

  private final DeadlineTimer deadlines = new DeadlineTimer("icm-timer");
  private final ElasticPool late =
      new ElasticPool(LibraryThreads.named("icm-deadline-"), 1, MOST_DEADLINES, deadlines);

  private final LoaderThreads loaders = new LoaderThreads();
  private final ElasticPool steps = new ElasticPool(
      StepThreads.named("icm-step-"),
      Runtime.getRuntime().availableProcessors(),
      MOST_STEPS,
      deadlines);
  private final ElasticPool callbacks =
      new ElasticPool(LibraryThreads.named("icm-callback-"), CALLBACKS, MOST_CALLBACKS, deadlines);

  /** Calls back at deadlines. */
  public DeadlineTimer deadlines() {
    return deadlines;
  }

  /** Runs loaders. */
  public LoaderThreads loaders() {
    return loaders;
  }

  /** Ends waits that have taken too long. Runs no user code, so nothing can keep it from doing so. */
  public Executor late() {
    return late;
  }

  /**
   * Runs short steps of the library. Never refuses, never runs them in the thread that brings them. What may run user
   * code goes through a {@link LimitedExecutor}.
   */
  public Executor steps() {
    return steps;
  }

  /** Runs user code that follows on what the cache does. Never refuses. */
  public Executor callbacks() {
    return callbacks;
  }

  /** Tells all who wait for loads, and interrupts those. */
  public void endWaits() {
    deadlines.close();
    loaders.close();
  }

  /** Ends the threads. What has begun, or was to be told to users, is done to its end. */
  @Override
  public void close() {
    endWaits();
    late.close();
    steps.close();
    callbacks.close();
  }
}
