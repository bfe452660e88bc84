package io.intelligentcache.redis.internal.connection;

import io.intelligentcache.redis.internal.clock.ServerClock;
import io.intelligentcache.redis.internal.command.Reply;
import io.intelligentcache.tier.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks one server for its time every half second. The answer sets the clock and closes the breaker. A connection that
 * stays silent is closed.
 */
final class Heartbeat {
  private static final long INTERVAL_NANOS = Duration.ofMillis(500).toNanos();

  private final Function<Session, CompletableFuture<Reply<List<byte[]>>>> time;
  private final ServerClock clock;
  private final CircuitBreaker breaker;
  private final LongSupplier nanos;
  private final long silenceNanos;
  private final AtomicBoolean probing = new AtomicBoolean();

  // Owned by the maintenance thread, except the time of the last answer.
  private @Nullable Session watched;
  private long lastProbeNanos;
  private volatile long lastAnswerNanos;

  /**
   * A heartbeat of one server.
   *
   * @param time asks for the time over a connection; its future always completes, without an exception
   */
  Heartbeat(
      Function<Session, CompletableFuture<Reply<List<byte[]>>>> time,
      ServerClock clock,
      CircuitBreaker breaker,
      Duration commandTimeout,
      LongSupplier nanos) {
    this.time = time;
    this.clock = clock;
    this.breaker = breaker;
    this.nanos = nanos;
    this.silenceNanos = Math.max(Duration.ofSeconds(2).toNanos(), 5 * commandTimeout.toNanos());
  }

  /** Sends a heartbeat on this connection, or closes it, when due. */
  void watch(Session session) {
    long now = nanos.getAsLong();
    if (session != watched) {
      watched = session;
      lastAnswerNanos = now;
      lastProbeNanos = now;
    }
    if (now - lastAnswerNanos > silenceNanos) {
      session.end(Reason.BROKEN, "silent for " + Duration.ofNanos(silenceNanos).toSeconds() + " s");
    } else if (breaker.startProbe() || now - lastProbeNanos > INTERVAL_NANOS) {
      lastProbeNanos = now;
      probe(session);
    }
  }

  private void probe(Session session) {
    if (!probing.compareAndSet(false, true)) {
      return; // the heartbeat in flight is enough
    }
    long sent = clock.nanos();
    var unused = time.apply(session).thenAccept(reply -> {
      probing.set(false);
      if (reply instanceof Reply.Ok<List<byte[]>> answer) {
        lastAnswerNanos = nanos.getAsLong();
        clock.refresh(Connections.micros(answer.value()), sent, clock.nanos());
        breaker.probeSucceeded();
      } else {
        breaker.probeFailed();
      }
    });
  }
}
