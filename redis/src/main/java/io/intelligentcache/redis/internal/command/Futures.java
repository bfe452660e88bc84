package io.intelligentcache.redis.internal.command;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Combines futures. */
public final class Futures {
  private Futures() {}

  /** Completes when all futures are done, with their values in order; fails if one of them fails. */
  public static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> parts) {
    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> parts.stream().map(CompletableFuture::join).toList());
  }
}
