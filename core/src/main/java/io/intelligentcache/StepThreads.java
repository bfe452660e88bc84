package io.intelligentcache;

import io.intelligentcache.tier.CleanThreads;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Makes the threads that run the library's own steps, and recognizes them. */
final class StepThreads {
  private static final ThreadLocal<@Nullable Boolean> CURRENT = new ThreadLocal<>();

  private StepThreads() {}

  static ThreadFactory named(String prefix) {
    ThreadFactory clean = CleanThreads.named(prefix);
    return work -> clean.newThread(() -> {
      CURRENT.set(true);
      work.run();
    });
  }

  /** Whether the current thread is one of them, of any manager. Executors of users may not be called on such a thread. */
  static boolean isCurrent() {
    return CURRENT.get() != null;
  }
}
