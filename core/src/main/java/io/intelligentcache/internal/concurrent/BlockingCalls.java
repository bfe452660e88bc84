package io.intelligentcache.internal.concurrent;

import io.intelligentcache.LoadException;
import io.intelligentcache.internal.base.Failures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * How a synchronous call waits for its asynchronous operation. The wait needs no deadline of its own: the operation
 * consists of loads and of calls of tiers, and each of those has a deadline.
 */
public final class BlockingCalls {
  private BlockingCalls() {}

  /** Waits for a load. A caller that is interrupted stops waiting. The load goes on for the others. */
  public static <T> T forLoad(CompletableFuture<T> future) {
    try {
      return get(future);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LoadException("interrupted while waiting for a load", interrupted);
    }
  }

  /** Waits for tiers. An interrupt does not end the wait, because tiers answer within their deadlines. */
  public static <T> T forTiers(CompletableFuture<T> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return get(future);
        } catch (InterruptedException again) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static <T> T get(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException failed) {
      throw unwrap(failed.getCause());
    }
  }

  private static RuntimeException unwrap(@Nullable Throwable wrapped) {
    Throwable failure = wrapped == null ? null : Failures.unwrapped(wrapped);
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
  }
}
