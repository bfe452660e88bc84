package io.intelligentcache.redis.internal.connection;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.redis.internal.clock.Epoch;
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
 * One server that owns keys, and the way to it: in order, bounded, with a deadline, behind a breaker.
 * Each has its own bounds, so that one that hangs leaves the others theirs.
 */
public final class Primary {
  private static final Logger LOG = LoggerFactory.getLogger(Primary.class);
  private static final long CROWDED_PAUSE_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int MOST_WAITING_LOADS = 1_000_000;
  private static final long MOST_WAITING_BYTES = 256L << 20;

  private final RedisAddress address;
  private final LettuceClient client;
  private final Duration timeout;
  private final ServerClock clock;
  private final CircuitBreaker breaker;
  private final InFlightLimiter inFlight;
  private final SendWindow loads;
  private final InFlightLimiter waitingLoads =
      new InFlightLimiter(MOST_WAITING_LOADS, MOST_WAITING_BYTES);
  private final Connections connections;
  private final Heartbeat heartbeat;
  private final Duration connectTimeout;
  private final OpeningPhase opening;
  private volatile boolean crowded;
  private long lastCrowdedNanos = System.nanoTime() - CROWDED_PAUSE_NANOS; // owned by upkeep

  public Primary(
      RedisAddress address,
      boolean mustBePrimary,
      LettuceClient client,
      RedisLimits limits,
      ServerClock clock,
      Epoch epoch,
      LostWrites lostWrites,
      OpeningPhase opening) {
    this.address = address;
    this.client = client;
    this.timeout = limits.commandTimeout();
    this.clock = clock;
    this.connectTimeout = limits.connectTimeout();
    this.opening = opening;
    this.breaker = CircuitBreaker.of(address.toString());
    this.inFlight = new InFlightLimiter(limits.maximumPending(), limits.maximumPendingBytes());
    this.loads = SendWindow.ofLoads(limits);
    this.connections = new Connections(
        address, client, connectTimeout, mustBePrimary, clock, epoch, lostWrites, breaker, opening);
    this.heartbeat =
        new Heartbeat(session -> probe(session, RedisAsyncCommands::time), clock, breaker, timeout);
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
    return client.within(connectTimeout, answer);
  }

  /** How often it was left alone. */
  public long breakerOpenings() {
    return breaker.openings();
  }

  public boolean available() {
    return connections.session() != null && breaker.closed();
  }

  /** Whether it answers in time, as far as commands were sent. */
  public boolean answers() {
    return breaker.closed();
  }

  /** Why commands can't be sent, in words without the password; null if they can. */
  @Nullable
  public String trouble() {
    if (connections.session() == null) {
      return this + " is not connected (" + connections.trouble() + ")";
    }
    return breaker.closed() ? null : this + " does not answer in time";
  }

  /** Whether troubles are only noted. */
  public OpeningPhase quiet() {
    return opening;
  }

  /** Sends a claim or a fill when its turn comes. Refused as busy if too many wait. */
  public <T extends @Nullable Object> CompletableFuture<Reply<T>> inTurn(
      long bytes, Supplier<CompletableFuture<Reply<T>>> send) {
    if (!waitingLoads.acquire(bytes)) {
      return Reply.none(Reason.BUSY);
    }
    return loads.send(bytes, send).whenComplete((reply, failure) -> waitingLoads.release(bytes));
  }

  /** Opens another connection; the caller closes it. */
  public CompletableFuture<StatefulRedisConnection<byte[], byte[]>> lend() {
    return connections.lend();
  }

  /** As {@link #lend}, one to subscribe on. */
  public CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> lendPubSub() {
    return connections.lendPubSub();
  }

  /** Connects and watches the connection, as due. By upkeep only. */
  public void tend() {
    connections.tend();
    Session session = connections.session();
    if (session != null) {
      heartbeat.watch(session);
    }
    if (crowded && System.nanoTime() - lastCrowdedNanos >= CROWDED_PAUSE_NANOS) {
      crowded = false;
      lastCrowdedNanos = System.nanoTime();
      LOG.warn(
          "{}: commands are refused as busy, because as many wait for answers as maximumPending or"
              + " maximumPendingBytes allow",
          this);
    }
  }

  /**
   * Sends a command on a key of this slot.
   *
   * @param stillOwner is asked once the command can be seen by {@link #suspend}; if it says no the
   *     command is not sent
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

  /** Sends a command on a key that another server owns, but sent us here for. */
  public <T extends @Nullable Object> CompletableFuture<Reply<T>> sendAsked(
      int slot, WriteHooks hooks, long bytes, long timeoutNanos, RedisCommand<T> request) {
    return pass(
        slot,
        hooks,
        bytes,
        timeoutNanos,
        (session, operation) -> session.startAsked(operation, redis -> request.to(redis, clock)));
  }

  /** Sends past breaker and gate. For upkeep only: one at a time. */
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

  /** Asks for the time over the shared connection, and sets the clock by it; answers whether that was answered. */
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
      operation.deadline(
          client.after(Duration.ofNanos(timeoutNanos), t -> overdue(operation, timeoutNanos)));
    } catch (RuntimeException e) {
      operation.end(Reason.CLOSED); // the timer was stopped while we came here
      return false;
    }
    session.admit(operation);
    return true;
  }

  /**
   * The deadline of a command has passed. In a process that has just started, or has little of the
   * processor, the reply may have arrived without being read yet: the event loop is given the time to
   * read what is there, but not more than one further timeout. Otherwise five such commands would open
   * the breaker, and all callers were refused, though the server answered in time.
   */
  private void overdue(PendingCommand<?> operation, long timeoutNanos) {
    try {
      operation.deadline(client.after(Duration.ofNanos(timeoutNanos), t -> operation.late()));
      // The loop runs all queued tasks before it reads from its connections again, but scheduled
      // ones only after that. What another thread schedules is queued first, hence both.
      EventExecutor loop = client.loop();
      loop.execute(() -> {
        var unused = loop.schedule(operation::late, 1, MILLISECONDS);
      });
    } catch (RuntimeException e) {
      operation.late(); // timer or loop were stopped
    }
  }

  /** See {@link Session#suspend}. */
  public void suspend(BitSet slots) {
    Session session = connections.session();
    if (session != null) {
      session.suspend(slots);
    }
  }

  /** Done once everything that is on its way now has been answered. */
  public CompletableFuture<Void> drained() {
    Session session = connections.session();
    return session == null ? CompletableFuture.completedFuture(null) : session.drained();
  }

  /** Ends it; done once its connection is closed. */
  public CompletableFuture<Void> close(Reason why) {
    return connections.close(why);
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
