package io.intelligentcache.redis;

import io.intelligentcache.tier.Reason;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way to Redis for all reads and writes: in order, bounded, with a deadline, behind a breaker.
 * Every command is answered within the command timeout, and none fails with an exception.
 */
final class Pipe {
  private final Connections connections;
  private final LettuceClient client;
  private final Breaker breaker;
  private final Gate gate;
  private final Duration timeout;
  private volatile boolean closed;

  Pipe(
      Connections connections, LettuceClient client, Breaker breaker, Gate gate, Duration timeout) {
    this.connections = connections;
    this.client = client;
    this.breaker = breaker;
    this.gate = gate;
    this.timeout = timeout;
  }

  /** Sends what stores nothing. */
  <T extends @Nullable Object> CompletableFuture<Reply<T>> send(
      long bytes,
      Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> command) {
    return send(Operation.STORES_NOTHING, bytes, () -> {}, command);
  }

  /** Sends what stores a record of this version; runs something before the answer that it is late. */
  <T extends @Nullable Object> CompletableFuture<Reply<T>> send(
      long version,
      long bytes,
      Runnable beforeLate,
      Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> command) {
    if (closed) {
      return none(Reason.CLOSED);
    }
    Session session = connections.session();
    if (session == null || !breaker.closed()) {
      return none(Reason.OPEN);
    }
    if (!gate.enter(bytes)) {
      return none(Reason.BUSY);
    }
    return start(session, version, command, () -> gate.leave(bytes), beforeLate);
  }

  /** Sends past breaker and gate. For upkeep only: one at a time. */
  <T extends @Nullable Object> CompletableFuture<Reply<T>> probe(
      Session session,
      Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> command) {
    return start(session, Operation.STORES_NOTHING, command, () -> {}, () -> {});
  }

  boolean available() {
    return !closed && connections.session() != null && breaker.closed();
  }

  void close() {
    closed = true;
  }

  boolean closed() {
    return closed;
  }

  private <T extends @Nullable Object> CompletableFuture<Reply<T>> start(
      Session session,
      long version,
      Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> command,
      Runnable whenSettled,
      Runnable beforeLate) {
    Operation<T> operation = new Operation<>(session, version, breaker, whenSettled, beforeLate);
    try {
      operation.deadline(client.after(timeout, t -> operation.late()));
    } catch (RuntimeException e) {
      whenSettled.run();
      return none(Reason.CLOSED); // the timer was stopped while we came here
    }
    session.start(operation, command);
    return operation.answer();
  }

  private static <T extends @Nullable Object> CompletableFuture<Reply<T>> none(Reason why) {
    return CompletableFuture.completedFuture(new Reply.None<>(why));
  }
}
