package io.intelligentcache.redis.internal.connection;

import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.redis.internal.command.WriteHooks;
import io.intelligentcache.tier.Reason;
import io.lettuce.core.RedisCommandExecutionException;
import io.netty.util.Timeout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One command on its way. It ends twice: for its caller, with the reply or at its deadline, whichever
 * is first; and for the connection, when the reply came or can't come any more. Only then does it
 * leave the gate, because until then it holds memory, and may take effect.
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
  private final AtomicBoolean decided = new AtomicBoolean(); // what the answer is to be
  private volatile @Nullable Timeout deadline;

  /** One that is not on its way yet, on a key of this slot. */
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

  /** Done once the answer is there and what hangs on it has run. */
  CompletableFuture<Void> told() {
    return told;
  }

  int slot() {
    return slot;
  }

  WriteHooks effect() {
    return hooks;
  }

  void deadline(Timeout deadline) {
    this.deadline = deadline;
    if (settled.get()) {
      deadline.cancel();
    }
  }

  /** The reply, or the connection's failure. */
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
      // Whatever else fails leaves the order on this connection in doubt. Ending it ends this
      // operation too, and remembers its version first.
      session.endSoon(failure.getMessage());
    }
  }

  void late() {
    // Decided first: if a reply were told between the two, its key would enter the journal after
    // the
    // put was acknowledged, and the value would be removed.
    if (decided.compareAndSet(false, true)) {
      breaker.failed();
      // Before the answer, because what hangs on the answer runs after it, on this thread; by then
      // the event loop may have read the reply, and that of a read behind it.
      hooks.beforeLate().run();
      complete(new Reply.None<>(Reason.LATE));
    }
  }

  /** The connection ended: no reply will come. */
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
    Timeout running = deadline;
    if (running != null) {
      running.cancel();
    }
    whenSettled.run();
    return true;
  }
}
