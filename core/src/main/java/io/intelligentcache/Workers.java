package io.intelligentcache;

import io.intelligentcache.tier.CleanThreads;
import io.intelligentcache.tier.Deadlines;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The manager's own threads, each kind for one purpose: started when needed, ended when idle, never in the way
 * of an exit, inheriting nothing.
 *
 * <table>
 *   <caption>Kinds</caption>
 *   <tr><td>timer<td>hands over at deadlines; nothing else
 *   <tr><td>steps<td>the library's own work; of user code only codecs, weighers and TTL functions
 *   <tr><td>callbacks<td>what users hang on futures, listeners, progress; nothing of ours waits for them
 *   <tr><td>loaders<td>loaders and functions
 * </table>
 */
final class Workers implements AutoCloseable {
  /** Calls that may wait for a step before the caller runs it: whoever asks faster than that does the work. */
  private static final int WAITING_CALLS = 10_000;

  private static final int MOST_STEPS = 64;
  private static final int CALLBACKS = 4;
  static final int MOST_CALLBACKS = 256;

  private static final ThreadLocal<@Nullable Boolean> ON_STEP_THREAD = new ThreadLocal<>();

  private final Deadlines deadlines = new Deadlines("icm-timer");
  private final LoaderThreads loaders = new LoaderThreads();
  private final ElasticPool steps = new ElasticPool(
      stepThreads(), Runtime.getRuntime().availableProcessors(), MOST_STEPS, deadlines);
  private final ElasticPool callbacks =
      new ElasticPool(CleanThreads.named("icm-callback-"), CALLBACKS, MOST_CALLBACKS, deadlines);

  private static ThreadFactory stepThreads() {
    ThreadFactory clean = CleanThreads.named("icm-step-");
    return work -> clean.newThread(() -> {
      ON_STEP_THREAD.set(true);
      work.run();
    });
  }

  /** Whether this thread is one of the steps, of any manager: executors of users may not be called here. */
  static boolean onStepThread() {
    return ON_STEP_THREAD.get() != null;
  }

  /** Calls back at deadlines. */
  Deadlines deadlines() {
    return deadlines;
  }

  /** Runs loaders. */
  LoaderThreads loaders() {
    return loaders;
  }

  /** Runs short steps of the library. Never refuses, never runs them in the thread that brings them. */
  Executor steps() {
    return steps;
  }

  /** Runs the first step of a call; the caller does so where very many wait. */
  void firstStep(Runnable step) {
    if (steps.waiting() < WAITING_CALLS) {
      steps.execute(step);
    } else {
      step.run();
    }
  }

  /** Runs user code that follows on what the cache does. Never refuses. */
  Executor callbacks() {
    return callbacks;
  }

  /** Ends the threads. What has begun, or was to be told to users, is done to its end. */
  @Override
  public void close() {
    loaders.close();
    deadlines.close();
    steps.close();
    callbacks.close();
  }
}
