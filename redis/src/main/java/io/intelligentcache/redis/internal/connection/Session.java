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
 * One connection from its first command to its end. It never reconnects, and no command is replayed.
 *
 * <p>Commands reach Redis in the order of the calls. A call from the event loop itself would be written at once, before
 * the commands that other threads have queued. Therefore it is queued as well.
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

  /** Records a command as in flight; {@link #start} or {@link #startAsked} follows. */
  void admit(PendingCommand<?> operation) {
    inFlight.add(operation);
  }

  /** Sends an admitted command. */
  <T extends @Nullable Object> void start(
      PendingCommand<T> operation,
      Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> command) {
    // admit() adds to the set before this looks at `ended`; end() does it the other way round. So
    // either this sees the end, or end() sees the command.
    if (ended.get()) {
      operation.end(Reason.OPEN);
    } else if (loop.inEventLoop()) {
      queue(operation, () -> send(operation, command));
    } else {
      send(operation, command);
    }
  }

  /**
   * Sends an admitted command directly after {@code ASKING}, which is valid for one command. One task of the event loop
   * writes both, so that no other command gets between them.
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
   * Makes the keys of the commands in flight to these slots unreadable until the commands are answered, because another
   * server will soon be asked for these slots.
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
   * Closes the connection and ends all commands in flight.
   *
   * <p>The order matters. First the versions of puts in flight are recorded as lost. Then the commands are answered,
   * which makes their keys unsettled. Last, {@code whenEnded} lets the next connection begin. So every read over the
   * next connection is checked against the effects of this one.
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

  /** Ends the session on the event loop. The calling thread may be sending a command and hold its own locks. */
  void endSoon(@Nullable String cause) {
    try {
      loop.execute(() -> end(Reason.BROKEN, cause));
    } catch (RejectedExecutionException e) {
      end(Reason.BROKEN, cause);
    }
  }

  /** Completes when the connection of an ended session is closed. */
  CompletableFuture<Void> gone() {
    return gone;
  }

  /**
   * Receives an error of the server. If the server has become a replica, the session ends, because the values of a
   * replica may be old.
   */
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

  /** Completes when all commands that are in flight now have been answered, and their callers notified. */
  CompletableFuture<Void> drained() {
    return CompletableFuture.allOf(
        inFlight.stream().map(PendingCommand::told).toArray(CompletableFuture[]::new));
  }
}
