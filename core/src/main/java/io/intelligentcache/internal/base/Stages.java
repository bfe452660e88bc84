package io.intelligentcache.internal.base;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Operations on the stages that asynchronous loaders return. */
public final class Stages {
  private Stages() {}

  /**
   * The value of a stage, converted. Cancelling the returned future cancels the stage.
   *
   * @param stage what a loader returned, which may be null
   * @throws NullPointerException if it is null
   */
  public static <A, B> CompletableFuture<B> mapped(
      @Nullable CompletionStage<A> stage, Function<A, B> as) {
    requireNonNull(stage, "an asynchronous loader returned null");
    var mapped = new CompletableFuture<B>();
    var unusedToo = stage.whenComplete((value, failure) -> {
      try {
        if (failure == null) {
          mapped.complete(as.apply(value));
        } else {
          mapped.completeExceptionally(Failures.safe(failure));
        }
      } catch (Throwable thrown) { // its value is null, for example
        mapped.completeExceptionally(thrown);
      }
    });
    if (stage instanceof CompletableFuture<A> future) {
      var unused = mapped.whenComplete((value, failure) -> {
        if (mapped.isCancelled()) {
          future.cancel(true);
        }
      });
    }
    return mapped;
  }
}
