package io.intelligentcache.redis.internal.command;

import io.intelligentcache.tier.Reason;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The reply to a command. */
public sealed interface Reply<T extends @Nullable Object> {
  /** Redis executed the command. */
  record Ok<T extends @Nullable Object>(T value) implements Reply<T> {}

  /** Redis refused the command with an error, for example {@code OOM ...}. The command had no effect. */
  record Failed<T extends @Nullable Object>(String message) implements Reply<T> {}

  /** There was no answer. If the command was sent, it may still take effect. */
  record None<T extends @Nullable Object>(Reason why) implements Reply<T> {}

  /** A command that was not sent. */
  static <T extends @Nullable Object> CompletableFuture<Reply<T>> none(Reason why) {
    return CompletableFuture.completedFuture(new None<>(why));
  }

  /** The reason why the command was not executed, in the terms of a tier. */
  static Reason reason(Reply<?> reply) {
    return reply instanceof None<?> none ? none.why() : Reason.BROKEN;
  }
}
