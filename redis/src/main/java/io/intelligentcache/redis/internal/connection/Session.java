package io.intelligentcache.redis.internal.connection;

import io.intelligentcache.redis.internal.command.WriteHooks;
import io.intelligentcache.tier.Reason;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.netty.util.concurrent.EventExecutor;
import java.util.BitSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One connection from its first command to its end; it is never revived, and nothing is replayed.
 *
 * <p>Commands reach Redis in the order of the calls. A call from the event loop itself would be
 * written at once and so overtake what other threads have queued, therefore it queues as well.
 */
public final class Session {
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final RedisAsyncCommands<byte[], byte[]> commands;
  private final EventExecutor loop;
  private final LostWrites lostWrites;
  private final boolean mustBePrimary;
  private final BiConsumer<Session, @Nullable String> whenEnded;
  private final Set<PendingCommand<?>> inFlight = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  Session(
      StatefulRedisConnection<byte[], byte[]> connection,
      EventExecutor loop,
      LostWrites lostWrites,
      boolean mustBePrimary,
      BiConsumer<Session, @Nullable String> whenEnded) {
    this.connection = connection;
    this.commands = connection.async();
    this.loop = loop;
    this.lostWrites = lostWrites;
    this.mustBePrimary = mustBePrimary;
    this.whenEnded = whenEnded;
  }

  /** Takes note of an operation; {@link #start} or {@link #startAsked} follows. */
  void admit(PendingCommand<?> operation) {
    inFlight.add(operation);
  }

  /** Sends what was admitted. */
  <T extends @Nullable Object> void start(
      PendingCommand<T> operation,
      Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> command) {
    // Into the set first, then the look at `ended`; end() does it the other way round. So either
    // this sees the end, or the end sees the operation.
    if (ended.get()) {
      operation.end(Reason.OPEN);
    } else if (loop.inEventLoop()) {
      queue(operation, () -> send(operation, command));
    } else {
      send(operation, command);
    }
  }

  /**
   * Sends what was admitted right behind {@code ASKING}, which is good for one command. Both are
   * written by one task of the event loop, so that nothing gets between them.
   */
  <T extends @Nullable Object> void startAsked(
      PendingCommand<T> operation,
      Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> command) {
    if (ended.get()) {
      operation.end(Reason.OPEN);
    } else {
      queue(
          operation,
          () -> send(operation, redis -> {
            var unused = redis.asking();
            return command.apply(redis);
          }));
    }
  }

  /**
   * Makes what is on its way to these slots unreadable until it was answered, because another server
   * is about to be asked for them.
   */
  void suspend(BitSet slots) {
    for (PendingCommand<?> operation : inFlight) {
      if (slots.get(operation.slot())) {
        operation.effect().beforeAgain().run();
      }
    }
  }

  private void queue(PendingCommand<?> operation, Runnable send) {
    try {
      loop.execute(send);
    } catch (RejectedExecutionException e) {
      operation.end(Reason.CLOSED);
    }
  }

  private <T extends @Nullable Object> void send(
      PendingCommand<T> operation,
      Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> command) {
    try {
      var unused = command.apply(commands).whenComplete(operation);
    } catch (RuntimeException e) {
      operation.accept(null, e);
    }
  }

  /**
   * Ends the connection and everything on its way.
   *
   * <p>The order matters. First the versions of puts on their way are noted as lost; then the
   * operations are answered, which enters their keys in the journal; last {@code whenEnded} lets the
   * next connection begin. So no read over the next one sees an effect of this one unjudged.
   */
  void end(Reason why, @Nullable String cause) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    lostWrites.add(inFlight.stream()
        .mapToLong(operation -> operation.effect().version())
        .filter(version -> version != WriteHooks.STORES_NOTHING)
        .toArray());
    var unused = connection.closeAsync().whenComplete((done, failure) -> gone.complete(null));
    inFlight.forEach(operation -> operation.end(why));
    whenEnded.accept(this, cause);
  }

  /** Ends it on the event loop: whoever finds it broken may be sending, under locks of its own. */
  void endSoon(@Nullable String cause) {
    try {
      loop.execute(() -> end(Reason.BROKEN, cause));
    } catch (RejectedExecutionException e) {
      end(Reason.BROKEN, cause);
    }
  }

  /** Done once the connection of an ended session is closed. */
  CompletableFuture<Void> gone() {
    return gone;
  }

  /** The server answered with this error. One that became a replica is left: its values may be old. */
  void refused(String error) {
    if (mustBePrimary && (error.startsWith("READONLY") || error.startsWith("MASTERDOWN"))) {
      end(Reason.BROKEN, error);
    }
  }

  void forget(PendingCommand<?> operation) {
    inFlight.remove(operation);
  }

  boolean ended() {
    return ended.get();
  }

  /** Done once everything that is on its way now has been answered, and its callers were told. */
  CompletableFuture<Void> drained() {
    return CompletableFuture.allOf(
        inFlight.stream().map(PendingCommand::told).toArray(CompletableFuture[]::new));
  }
}
