package io.intelligentcache.internal.base;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Operations on stages of the user that the interface {@code CompletionStage} lacks. */
public final class Stages {
  private Stages() {}

  /** The value of a stage, converted. Cancelling the returned future cancels the stage. */
  public static <A, B> CompletableFuture<B> mapped(CompletionStage<A> stage, Function<A, B> as) {
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
