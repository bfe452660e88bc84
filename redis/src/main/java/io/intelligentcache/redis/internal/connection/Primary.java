package io.intelligentcache.redis.internal.connection;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.redis.internal.clock.ServerClock;
import io.intelligentcache.redis.internal.command.RedisCommand;
import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.redis.internal.command.WriteHooks;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.redis.internal.settings.RedisLimits;
import io.intelligentcache.tier.Reason;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server that owns keys. Its commands are sent in order, within limits, with a deadline, and through a circuit
 * breaker. Each server has its own limits, so that one that hangs does not use up those of the others.
 */
public final class Primary {
  private static final Logger LOG = LoggerFactory.getLogger(Primary.class);
  private static final long CROWDED_PAUSE_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int MOST_WAITING_LOADS = 1_000_000;
  private static final long MOST_WAITING_BYTES = 256L << 20;

  private final RedisAddress address;
  private final LettuceClient client;
  private final Deadlines deadlines;
  private final Duration timeout;
  private final ServerClock clock;
  private final CircuitBreaker breaker;
  private final InFlightLimiter inFlight;
  private final SendWindow loads;
  private final InFlightLimiter waitingLoads =
      new InFlightLimiter(MOST_WAITING_LOADS, MOST_WAITING_BYTES);
  private final Connections connections;
  private final Heartbeat heartbeat;
  private final OpeningPhase opening;
  private volatile boolean crowded;
  private long lastCrowdedNanos; // owned by maintenance

  public Primary(
      RedisAddress address,
      LettuceClient client,
      RedisLimits limits,
      Handshake handshake,
      ServerClock clock,
      LostWrites lostWrites,
      OpeningPhase opening) {
    this.address = address;
    this.client = client;
    this.deadlines = client.deadlines();
    this.timeout = limits.commandTimeout();
    this.clock = clock;
    this.opening = opening;
    this.lastCrowdedNanos = deadlines.nanos() - CROWDED_PAUSE_NANOS;
    this.breaker = CircuitBreaker.of(address.toString(), deadlines::nanos);
    this.inFlight = new InFlightLimiter(limits.maximumPending(), limits.maximumPendingBytes());
    this.loads = SendWindow.ofLoads(limits);
    this.connections =
        new Connections(address, client, handshake, clock, lostWrites, breaker, opening);
    this.heartbeat = new Heartbeat(
        session -> probe(session, RedisAsyncCommands::time),
        clock,
        breaker,
        timeout,
        deadlines::nanos);
  }

  public RedisAddress address() {
    return address;
  }

  public ServerClock clock() {
    return clock;
  }

  /** The shared connection, or null while there is none. */
  @Nullable
  public Session session() {
    return connections.session();
  }

  /** Fails a future that is not done within the connect timeout. */
  public <T> CompletableFuture<T> connectsInTime(CompletableFuture<T> answer) {
    return deadlines.within(client.connectTimeout(), answer);
  }

  /** How often its circuit breaker has opened. */
  public long breakerOpenings() {
    return breaker.openings();
  }

  public boolean available() {
    return connections.session() != null && breaker.closed();
  }

  /** Whether it answers in time, judged by the commands that were sent. */
  public boolean answers() {
    return breaker.closed();
  }

  /** Why commands can't be sent, as a text without the password; null if they can. */
  @Nullable
  public String trouble() {
    if (connections.session() == null) {
      return this + " is not connected (" + connections.trouble() + ")";
    }
    return breaker.closed() ? null : this + " does not answer in time";
  }

  /** While this phase is on, troubles are not logged. */
  public OpeningPhase quiet() {
    return opening;
  }

  /** Sends a command of a load, such as a claim, in its turn. Refused as busy if too many wait. */
  public <T extends @Nullable Object> CompletableFuture<Reply<T>> inTurn(
      long bytes, Supplier<CompletableFuture<Reply<T>>> send) {
    if (!waitingLoads.acquire(bytes)) {
      return Reply.none(Reason.BUSY);
    }
    return loads.send(bytes, send).whenComplete((reply, failure) -> waitingLoads.release(bytes));
  }

  /** Opens another connection. The caller closes it. */
  public CompletableFuture<StatefulRedisConnection<byte[], byte[]>> lend() {
    return connections.lend();
  }

  /** As {@link #lend}, for a connection that subscribes. */
  public CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> lendPubSub() {
    return connections.lendPubSub();
  }

  /** Connects, and checks the connection, when due. Called by the maintenance thread only. */
  public void tend() {
    connections.tend();
    Session session = connections.session();
    if (session != null) {
      heartbeat.watch(session);
    }
    if (crowded && deadlines.nanos() - lastCrowdedNanos >= CROWDED_PAUSE_NANOS) {
      crowded = false;
      lastCrowdedNanos = deadlines.nanos();
      LOG.warn(
          "{}: commands are refused as busy, because as many wait for answers as maximumPending or"
              + " maximumPendingBytes allow",
          this);
    }
  }

  /**
   * Sends a command on a key of this slot.
   *
   * @param stillOwner is called when {@link #suspend} can already see the command; if it returns false, the command is
   *     not sent
   */
  public <T extends @Nullable Object> CompletableFuture<Reply<T>> send(
      int slot,
      WriteHooks hooks,
      long bytes,
      long timeoutNanos,
      BooleanSupplier stillOwner,
      RedisCommand<T> request) {
    return pass(slot, hooks, bytes, timeoutNanos, (session, operation) -> {
      if (stillOwner.getAsBoolean()) {
        session.start(operation, redis -> request.to(redis, clock));
      } else {
        operation.end(Reason.OPEN);
      }
    });
  }

  /** Sends a command on a key whose owner redirected it to this server with {@code ASK}. */
  public <T extends @Nullable Object> CompletableFuture<Reply<T>> sendAsked(
      int slot, WriteHooks hooks, long bytes, long timeoutNanos, RedisCommand<T> request) {
    return pass(
        slot,
        hooks,
        bytes,
        timeoutNanos,
        (session, operation) -> session.startAsked(operation, redis -> request.to(redis, clock)));
  }

  /**
   * Sends a command without circuit breaker and limiter. Only for the maintenance thread and the sweeping thread, which
   * send few commands.
   */
  public <T extends @Nullable Object> CompletableFuture<Reply<T>> probe(
      Session session,
      Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> command) {
    PendingCommand<T> operation =
        new PendingCommand<>(session, 0, WriteHooks.NONE, breaker, () -> {});
    if (begin(operation, session, timeout.toNanos())) {
      session.start(operation, command);
    }
    return operation.answer();
  }

  /** Asks for the time over the shared connection and sets the clock by it. Returns whether the server answered. */
  public CompletableFuture<Boolean> askTime() {
    Session session = connections.session();
    if (session == null || !available()) {
      return CompletableFuture.completedFuture(false);
    }
    long sent = clock.nanos();
    return probe(session, RedisAsyncCommands::time).thenApply(reply -> {
      if (reply instanceof Reply.Ok<List<byte[]>> ok) {
        clock.refresh(Connections.micros(ok.value()), sent, clock.nanos());
      }
      return reply instanceof Reply.Ok<List<byte[]>>;
    });
  }

  private <T extends @Nullable Object> CompletableFuture<Reply<T>> pass(
      int slot,
      WriteHooks hooks,
      long bytes,
      long timeoutNanos,
      BiConsumer<Session, PendingCommand<T>> start) {
    Session session = connections.session();
    if (session == null || !breaker.closed()) {
      return Reply.none(Reason.OPEN);
    }
    if (!inFlight.acquire(bytes)) {
      crowded = true;
      return Reply.none(Reason.BUSY);
    }
    PendingCommand<T> operation =
        new PendingCommand<>(session, slot, hooks, breaker, () -> inFlight.release(bytes));
    if (begin(operation, session, timeoutNanos)) {
      start.accept(session, operation);
    }
    return operation.answer();
  }

  private boolean begin(PendingCommand<?> operation, Session session, long timeoutNanos) {
    try {
      operation.deadline(deadlines.after(timeoutNanos, () -> overdue(operation, timeoutNanos)));
    } catch (Throwable e) { // the tier was closed meanwhile, or "unable to create native thread"
      operation.end(deadlines.isClosed() ? Reason.CLOSED : Reason.BROKEN); // releases its permit
      return false;
    }
    session.admit(operation);
    return true;
  }

  /**
   * Handles a command whose deadline has passed. In a process that has just started, or that gets little processor
   * time, the reply may have arrived without having been read. So the event loop gets the time to read what has
   * arrived, but not more than one further timeout. Otherwise five such commands would open the breaker, and all
   * callers would be refused although the server answered in time.
   */
  private void overdue(PendingCommand<?> operation, long timeoutNanos) {
    try {
      operation.deadline(deadlines.after(timeoutNanos, operation::late));
      // The loop runs all queued tasks before it reads from its connections again, but scheduled
      // tasks only after that. A task that another thread schedules is queued first. So both steps
      // are needed. The loop's own clock measures the millisecond.
      EventExecutor loop = client.loop();
      loop.execute(() -> {
        var unused = loop.schedule(operation::late, 1, MILLISECONDS);
      });
    } catch (RuntimeException e) {
      operation.late(); // the tier was closed, or the loop was stopped
    }
  }

  /** See {@link Session#suspend}. */
  public void suspend(BitSet slots) {
    Session session = connections.session();
    if (session != null) {
      session.suspend(slots);
    }
  }

  /** Completes when all commands that are in flight now have been answered. */
  public CompletableFuture<Void> drained() {
    Session session = connections.session();
    return session == null ? CompletableFuture.completedFuture(null) : session.drained();
  }

  /** Closes the connections. Completes when the shared one is closed. */
  public CompletableFuture<Void> close(Reason why) {
    return connections.close(why);
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
