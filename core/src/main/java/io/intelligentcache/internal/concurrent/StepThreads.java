package io.intelligentcache.internal.concurrent;

import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Creates the threads that run the library's own steps, and recognizes them. */
public final class StepThreads {
  private static final ThreadLocal<@Nullable Boolean> CURRENT = new ThreadLocal<>();

  private StepThreads() {}

  public static ThreadFactory named(String prefix) {
    ThreadFactory clean = LibraryThreads.named(prefix);
    return work -> clean.newThread(() -> {
      CURRENT.set(true);
      work.run();
    });
  }

  /**
   * Whether the current thread is a step thread, of any manager. A user's executor must not be called on such a
   * thread.
   */
  public static boolean isCurrent() {
    return CURRENT.get() != null;
  }
}
