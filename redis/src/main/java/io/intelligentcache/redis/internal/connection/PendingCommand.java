package io.intelligentcache.redis.internal.connection;

import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.redis.internal.command.WriteHooks;
import io.intelligentcache.tier.Reason;
import io.lettuce.core.RedisCommandExecutionException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One command in flight. It ends twice. For its caller it ends with the reply or at its deadline, whichever is first.
 * For the connection it ends when the reply has arrived or can't arrive any more. Only then the {@link InFlightLimiter}
 * releases it: until then it holds memory, and may take effect.
 */
final class PendingCommand<T extends @Nullable Object>
    implements BiConsumer<@Nullable T, @Nullable Throwable> {
  private final Session session;
  private final int slot;
  private final WriteHooks hooks;
  private final CircuitBreaker breaker;
  private final Runnable whenSettled;
  private final CompletableFuture<Reply<T>> answer = new CompletableFuture<>();
  private final CompletableFuture<Void> told = new CompletableFuture<>();
  private final AtomicBoolean settled = new AtomicBoolean();
  private final AtomicBoolean decided = new AtomicBoolean(); // whether the answer is chosen
  private volatile Deadlines.@Nullable Deadline deadline;

  /** A command on a key of this slot, not sent yet. */
  PendingCommand(
      Session session, int slot, WriteHooks hooks, CircuitBreaker breaker, Runnable whenSettled) {
    this.session = session;
    this.slot = slot;
    this.hooks = hooks;
    this.breaker = breaker;
    this.whenSettled = whenSettled;
  }

  CompletableFuture<Reply<T>> answer() {
    return answer;
  }

  /** Completes when the answer is set and its dependent actions have run. */
  CompletableFuture<Void> told() {
    return told;
  }

  int slot() {
    return slot;
  }

  WriteHooks effect() {
    return hooks;
  }

  void deadline(Deadlines.Deadline deadline) {
    this.deadline = deadline;
    if (settled.get()) {
      deadline.cancel();
    }
  }

  /** Receives the reply, or the failure of the connection. */
  @Override
  public void accept(@Nullable T value, @Nullable Throwable failure) {
    if (failure == null) {
      if (settle()) {
        @SuppressWarnings("NullAway") // null is an answer where T admits it
        Reply<T> ok = new Reply.Ok<>(value);
        if (tell(ok)) {
          breaker.succeeded();
        }
      }
    } else if (failure instanceof RedisCommandExecutionException error) {
      if (settle()) {
        String message = String.valueOf(error.getMessage());
        tell(new Reply.Failed<>(message));
        session.refused(message);
      }
    } else {
      // After any other failure the order on this connection is in doubt. Ending the session also
      // ends this command, and first records its version as lost.
      session.endSoon(failure.getMessage());
    }
  }

  void late() {
    // Decide first. Otherwise a reply could be reported between the two steps: the key would become
    // unsettled after its put was acknowledged, and the value would be removed.
    if (decided.compareAndSet(false, true)) {
      breaker.failed();
      // Run the hook before the answer: the actions that depend on the answer run after it, on this
      // thread. By then the event loop may have read the reply, and that of a later read.
      hooks.beforeLate().run();
      complete(new Reply.None<>(Reason.LATE));
    }
  }

  /** Ends the command with its connection: no reply will arrive. */
  void end(Reason why) {
    if (settle()) {
      tell(new Reply.None<>(why));
    }
  }

  private boolean tell(Reply<T> reply) {
    boolean first = decided.compareAndSet(false, true);
    if (first) {
      complete(reply);
    }
    return first;
  }

  private void complete(Reply<T> reply) {
    answer.complete(reply);
    told.complete(null);
  }

  private boolean settle() {
    if (!settled.compareAndSet(false, true)) {
      return false;
    }
    session.forget(this);
    Deadlines.Deadline running = deadline;
    if (running != null) {
      running.cancel();
    }
    whenSettled.run();
    return true;
  }
}
