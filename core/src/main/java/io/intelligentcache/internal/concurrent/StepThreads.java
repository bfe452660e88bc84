package io.intelligentcache.internal.concurrent;

import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Makes the threads that run the library's own steps, and recognizes them. */
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

  /** Whether the current thread is one of them, of any manager. Executors of users may not be called on such a thread. */
  public static boolean isCurrent() {
    return CURRENT.get() != null;
  }
}
