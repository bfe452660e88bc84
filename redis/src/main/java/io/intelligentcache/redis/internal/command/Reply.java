package io.intelligentcache.redis.internal.command;

import io.intelligentcache.tier.Reason;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What became of a command. */
public sealed interface Reply<T extends @Nullable Object> {
  /** Redis did it. */
  record Ok<T extends @Nullable Object>(T value) implements Reply<T> {}

  /** Redis refused it with an error, for example {@code OOM ...}. It took no effect. */
  record Failed<T extends @Nullable Object>(String message) implements Reply<T> {}

  /** There was no answer. If it was sent at all, it may take effect yet. */
  record None<T extends @Nullable Object>(Reason why) implements Reply<T> {}

  /** A command that was not sent. */
  static <T extends @Nullable Object> CompletableFuture<Reply<T>> none(Reason why) {
    return CompletableFuture.completedFuture(new None<>(why));
  }

  /** Why it was not done, as a tier says it. */
  static Reason reason(Reply<?> reply) {
    return reply instanceof None<?> none ? none.why() : Reason.BROKEN;
  }
}
