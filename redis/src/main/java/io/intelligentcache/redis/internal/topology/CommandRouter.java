package io.intelligentcache.redis.internal.topology;

import io.intelligentcache.redis.internal.command.RedisCommand;
import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.redis.internal.command.WriteHooks;
import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.tier.Reason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends each read and write to the server that owns its key. If that server redirects the command, it is sent once
 * more, to the server that was named. Every command is answered within the command timeout, or within twice that time
 * if this process is too busy to read the replies. None fails with an exception.
 */
public final class CommandRouter {
  private static final long SHORTEST_NANOS = Duration.ofMillis(1).toNanos();

  private final Topology topology;
  private final long timeoutNanos;
  private final LongSupplier nanos;
  private volatile boolean closed;

  /**
   * Sends commands to the servers of this topology.
   *
   * @param timeout the command timeout
   * @param nanos its clock
   */
  public CommandRouter(Topology topology, Duration timeout, LongSupplier nanos) {
    this.topology = topology;
    this.timeoutNanos = timeout.toNanos();
    this.nanos = nanos;
  }

  /** Sends a command that stores nothing. */
  public <T extends @Nullable Object> CompletableFuture<Reply<T>> send(
      byte[] name, long bytes, RedisCommand<T> request) {
    return send(name, WriteHooks.NONE, bytes, request);
  }

  /** Sends a command on a key of this name. */
  public <T extends @Nullable Object> CompletableFuture<Reply<T>> send(
      byte[] name, WriteHooks hooks, long bytes, RedisCommand<T> request) {
    if (closed) {
      return Reply.none(Reason.CLOSED);
    }
    int slot = topology.slot(name);
    Primary at = topology.owner(slot);
    if (at == null) {
      topology.doubt();
      return Reply.none(Reason.OPEN);
    }
    long deadline = nanos.getAsLong() + timeoutNanos;
    CompletableFuture<Reply<T>> first =
        at.send(slot, hooks, bytes, timeoutNanos, () -> topology.owner(slot) == at, request);
    if (!topology.isCluster()) {
      return first;
    }
    return first.thenCompose(reply -> {
      if (!(reply instanceof Reply.Failed<T> refused)) {
        return CompletableFuture.completedFuture(reply);
      }
      Redirect redirect = Redirect.of(refused.message(), at.address());
      if (redirect == null) {
        if (refused.message().startsWith("CLUSTERDOWN")) {
          topology.doubt();
        }
        return CompletableFuture.completedFuture(reply);
      }
      return follow(redirect, slot, hooks, bytes, deadline - nanos.getAsLong(), request);
    });
  }

  /**
   * Sends a redirected command once more. The first attempt had no effect. The second one is the last. Reads may
   * already go to the new server directly, and arrive there before the second attempt: see {@link WriteHooks}.
   */
  private <T extends @Nullable Object> CompletableFuture<Reply<T>> follow(
      Redirect redirect,
      int slot,
      WriteHooks hooks,
      long bytes,
      long leftNanos,
      RedisCommand<T> request) {
    hooks.beforeAgain().run();
    if (!redirect.asks()) {
      topology.moved(slot, redirect.to());
    }
    Primary to = topology.find(redirect.to());
    if (to == null) {
      return Reply.none(Reason.OPEN);
    }
    long left = Math.max(leftNanos, SHORTEST_NANOS);
    CompletableFuture<Reply<T>> second = redirect.asks()
        ? to.sendAsked(slot, hooks, bytes, left, request)
        : to.send(slot, hooks, bytes, left, () -> true, request);
    return second.thenApply(reply -> reply instanceof Reply.Failed<T> refused
            && Redirect.of(refused.message(), to.address()) != null
        ? new Reply.None<>(Reason.OPEN)
        : reply);
  }

  /**
   * Sends a command of a load in its turn, so that a load of very many keys leaves room for other commands. A later
   * command on the same key may overtake it.
   */
  public <T extends @Nullable Object> CompletableFuture<Reply<T>> inTurn(
      byte[] name, long bytes, Supplier<CompletableFuture<Reply<T>>> send) {
    Primary owner = topology.owner(topology.slot(name));
    return owner == null ? send.get() : owner.inTurn(bytes, send);
  }

  /** Whether keys have several owners. Then all keys of a command must be in one slot. */
  public boolean spreads() {
    return topology.isCluster();
  }

  /** Whether at least one server accepts commands. */
  public boolean available() {
    return !closed && topology.primaries().stream().anyMatch(Primary::available);
  }

  /** Whether all servers accept commands. */
  public boolean complete() {
    return !closed
        && !topology.primaries().isEmpty()
        && topology.primaries().stream().allMatch(Primary::available);
  }

  /** Whether the server that owns this name accepts commands. */
  public boolean reaches(byte[] name) {
    Primary owner = topology.owner(topology.slot(name));
    return !closed && owner != null && owner.available();
  }

  public void close() {
    closed = true;
  }

  public boolean closed() {
    return closed;
  }
}
