package io.intelligentcache.redis.internal.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.intelligentcache.redis.internal.clock.ServerClock;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.tier.Reason;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the connections to one server: the one that all reads and writes share, and those that are lent.
 *
 * <p>No connection reconnects by itself. The maintenance thread calls {@link #tend}, which starts an attempt when there
 * is no connection and the pause after the last failure is over.
 */
public final class Connections {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
  private static final long SHORTEST_PAUSE_NANOS = Duration.ofMillis(50).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(2).toNanos();

  private final RedisAddress address;
  private final LettuceClient client;
  private final Deadlines deadlines;
  private final Handshake handshake;
  private final ServerClock clock;
  private final LostWrites lostWrites;
  private final CircuitBreaker breaker;
  private final OpeningPhase opening;

  private volatile @Nullable Session session;
  private volatile boolean closed;
  private volatile long pauseNanos = SHORTEST_PAUSE_NANOS; // written by the attempt
  private volatile long notBeforeNanos;
  private volatile @Nullable String lastComplaint;
  private CompletableFuture<Void> attempt = // owned by the maintenance thread
      CompletableFuture.completedFuture(null);

  Connections(
      RedisAddress address,
      LettuceClient client,
      Handshake handshake,
      ServerClock clock,
      LostWrites lostWrites,
      CircuitBreaker breaker,
      OpeningPhase opening) {
    this.address = address;
    this.client = client;
    this.deadlines = client.deadlines();
    this.handshake = handshake;
    this.clock = clock;
    this.lostWrites = lostWrites;
    this.breaker = breaker;
    this.opening = opening;
    this.notBeforeNanos = deadlines.nanos();
  }

  /** The shared connection, or null while there is none. */
  @Nullable
  Session session() {
    return session;
  }

  /** Starts an attempt to connect, if one is due. Called by the maintenance thread only. */
  void tend() {
    if (attempt.isDone() && !closed && session == null && notBeforeNanos - deadlines.nanos() <= 0) {
      attempt = connect();
    }
  }

  private CompletableFuture<Void> connect() {
    long deadline = deadlines.nanos() + client.connectTimeout().toNanos();
    return lend()
        .thenCompose(fresh -> {
          var ready = handshake.perform(fresh.async(), clock);
          Duration left = Duration.ofNanos(Math.max(0, deadline - deadlines.nanos()));
          return deadlines.within(left, ready).whenComplete((sample, failure) -> {
            if (failure == null) {
              clock.start(sample);
              adopt(fresh);
            } else {
              var unusedClose = fresh.closeAsync();
            }
          });
        })
        .handle((time, failure) -> {
          if (failure != null) {
            pause();
            complain(failure);
          }
          return null;
        });
  }

  /** Opens another connection. The caller closes it. A connection that opens after the timeout is closed here. */
  CompletableFuture<StatefulRedisConnection<byte[], byte[]>> lend() {
    return lend(() -> client.connect(address));
  }

  /** As {@link #lend}, for a connection that subscribes. */
  CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> lendPubSub() {
    return lend(() -> client.connectPubSub(address));
  }

  private <C extends StatefulRedisConnection<byte[], byte[]>> CompletableFuture<C> lend(
      Supplier<CompletableFuture<C>> connect) {
    CompletableFuture<C> lent = new CompletableFuture<>();
    try {
      var unused = connect.get().whenComplete((fresh, failure) -> {
        if (failure != null) {
          lent.completeExceptionally(failure);
        } else if (closed || !lent.complete(fresh)) {
          var unusedClose = fresh.closeAsync();
          lent.cancel(false);
        }
      });
    } catch (Throwable e) { // even an Error fails only this attempt
      lent.completeExceptionally(e);
    }
    return deadlines.within(client.connectTimeout(), lent);
  }

  /** The answer of {@code TIME}, seconds and microseconds, as microseconds. */
  public static long micros(List<byte[]> time) {
    return Long.parseLong(ascii(time.get(0))) * 1_000_000 + Long.parseLong(ascii(time.get(1)));
  }

  private static String ascii(byte[] digits) {
    return new String(digits, US_ASCII);
  }

  private void adopt(StatefulRedisConnection<byte[], byte[]> fresh) {
    Session adopted =
        new Session(fresh, client.loop(), lostWrites, handshake.mustBePrimary(), this::ended);
    fresh.addListener(new RedisConnectionStateAdapter() {
      @Override
      public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
        adopted.end(Reason.BROKEN, "the connection was closed");
      }
    });
    pauseNanos = SHORTEST_PAUSE_NANOS;
    breaker.reconnected();
    session = adopted;
    if (!fresh.isOpen() || closed) {
      adopted.end(Reason.BROKEN, "the connection was closed");
    }
    if (adopted.ended()) {
      session = null; // also if it ended before it was set
    } else if (lastComplaint != null) {
      LOG.info("{} is connected", address);
      lastComplaint = null;
    }
  }

  private void ended(Session old, @Nullable String cause) {
    if (!closed) {
      lastComplaint = String.valueOf(cause);
      LOG.warn(
          "{}: connection lost ({}); connecting again in the background",
          address,
          address.redact(cause));
    }
    if (session == old) {
      session = null;
    }
  }

  /** The message of the root cause. */
  public static String root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  /** Why there is no connection, as far as is known. */
  String trouble() {
    String known = lastComplaint;
    if (known == null) {
      return "no answer yet";
    }
    return (isAboutCredentials(known) ? "does not accept the credentials: " : "")
        + address.redact(known);
  }

  private static boolean isAboutCredentials(String what) {
    return what.startsWith("WRONGPASS") || what.startsWith("NOAUTH");
  }

  private void complain(Throwable failure) {
    String what = root(failure);
    if (!closed && !what.equals(lastComplaint)) {
      lastComplaint = what;
      if (!opening.isOn()) {
        LOG.warn(
            "{} {} ({}); retrying in the background",
            address,
            isAboutCredentials(what) ? "does not accept the credentials" : "can't be used",
            address.redact(what));
      }
    }
  }

  private void pause() {
    notBeforeNanos = deadlines.nanos() + pauseNanos;
    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
  }

  /** Closes the shared connection and lends no more. Completes when it is closed. */
  CompletableFuture<Void> close(Reason why) {
    closed = true;
    Session last = session;
    if (last == null) {
      return CompletableFuture.completedFuture(null);
    }
    last.end(why, null);
    return last.gone();
  }
}
