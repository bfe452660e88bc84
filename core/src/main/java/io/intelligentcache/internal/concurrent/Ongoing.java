package io.intelligentcache.internal.concurrent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Work that is going on, for those who wait until it has ended. */
public final class Ongoing {
  private static final CompletableFuture<?> NOTHING = CompletableFuture.completedFuture(null);

  @GuardedBy("this")
  private CompletableFuture<?> all = NOTHING;

  /** Begins some work. Returns what ends it. */
  public synchronized Runnable begin() {
    var mine = new CompletableFuture<@Nullable Void>();
    all = all.isDone() ? mine : CompletableFuture.allOf(all, mine);
    return () -> mine.complete(null);
  }

  /** Completes when the work has ended that has begun before this call. */
  public synchronized CompletableFuture<?> ended() {
    return all;
  }
}
