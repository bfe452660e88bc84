package io.intelligentcache.redis.internal.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.redis.internal.clock.Epoch;
import io.intelligentcache.redis.internal.clock.ServerClock;
import io.intelligentcache.redis.internal.clock.ServerClock.Sample;
import io.intelligentcache.redis.internal.script.Script;
import io.intelligentcache.redis.internal.settings.RedisAddress;
import io.intelligentcache.tier.Reason;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
  private static final int MOST_SAMPLES = 3;
  private static final long EXACT_MICROS = Duration.ofMillis(10).toNanos() / 1_000;
  private static final long SHORTEST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  private final RedisAddress address;
  private final LettuceClient client;
  private final Duration attemptTimeout;
  private final boolean mustBePrimary;
  private final ServerClock clock;
  private final Epoch epoch;
  private final LostWrites lostWrites;
  private final CircuitBreaker breaker;
  private final OpeningPhase opening;

  private volatile @Nullable Session session;
  private volatile boolean closed;
  private volatile long pauseMillis = SHORTEST_PAUSE_MILLIS; // written by the attempt
  private volatile long notBeforeNanos = System.nanoTime();
  private volatile @Nullable String lastComplaint;
  private CompletableFuture<Void> attempt = // owned by the maintenance thread
      CompletableFuture.completedFuture(null);

  Connections(
      RedisAddress address,
      LettuceClient client,
      Duration attemptTimeout,
      boolean mustBePrimary,
      ServerClock clock,
      Epoch epoch,
      LostWrites lostWrites,
      CircuitBreaker breaker,
      OpeningPhase opening) {
    this.address = address;
    this.client = client;
    this.attemptTimeout = attemptTimeout;
    this.mustBePrimary = mustBePrimary;
    this.clock = clock;
    this.epoch = epoch;
    this.lostWrites = lostWrites;
    this.breaker = breaker;
    this.opening = opening;
  }

  /** The shared connection, or null while there is none. */
  @Nullable
  Session session() {
    return session;
  }

  /** Starts an attempt to connect, if one is due. Called by the maintenance thread only. */
  void tend() {
    if (attempt.isDone() && !closed && session == null && notBeforeNanos - System.nanoTime() <= 0) {
      attempt = connect();
    }
  }

  private CompletableFuture<Void> connect() {
    long deadline = System.nanoTime() + attemptTimeout.toNanos();
    return lend()
        .thenCompose(fresh -> {
          RedisAsyncCommands<byte[], byte[]> redis = fresh.async();
          // If a rule forbids to load scripts, the first call of each script is sent twice.
          for (Script<?> script : Script.ALL) {
            var unused = script.load(redis);
          }
          CompletableFuture<Sample> ready = role(redis)
              // Ignore a failure: another server of the cluster may own the epoch, or a rule may
              // forbid the script. The maintenance thread looks later.
              .thenCompose(primary -> epoch.look(redis).handle((looked, failure) -> null))
              // The first answers on a connection are slow, so their time would be inexact.
              .thenCompose(looked -> askTime(redis, null, MOST_SAMPLES))
              .toCompletableFuture();
          Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
          return client.within(left, ready).whenComplete((sample, failure) -> {
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
            complain(failure);
            pause();
          }
          return null;
        });
  }

  /**
   * Asks for the time, several times if the answer took long: the clock may be wrong by half of a round trip, and the
   * versions of all writes depend on it.
   *
   * @param best the best of the samples so far
   */
  private CompletionStage<Sample> askTime(
      RedisAsyncCommands<byte[], byte[]> redis, @Nullable Sample best, int samples) {
    long sent = clock.nanos();
    return redis.time().thenCompose(time -> {
      Sample sample = Sample.between(micros(time), sent, clock.nanos());
      Sample better = best != null && best.errorMicros() <= sample.errorMicros() ? best : sample;
      return samples == 1 || better.errorMicros() <= EXACT_MICROS
          ? CompletableFuture.completedFuture(better)
          : askTime(redis, better, samples - 1);
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
    return client.within(attemptTimeout, lent);
  }

  /** Fails if the server must be a primary but is a replica: the values of a replica may be old. */
  private CompletionStage<Void> role(RedisAsyncCommands<byte[], byte[]> redis) {
    if (!mustBePrimary) {
      return CompletableFuture.completedFuture(null);
    }
    return redis.role().thenAccept(role -> {
      if (!(role.get(0) instanceof byte[] name) || !ascii(name).equals("master")) {
        throw new IllegalStateException("is no primary");
      }
    });
  }

  /** The answer of {@code TIME}, seconds and microseconds, as microseconds. */
  public static long micros(List<byte[]> time) {
    return Long.parseLong(ascii(time.get(0))) * 1_000_000 + Long.parseLong(ascii(time.get(1)));
  }

  private static String ascii(byte[] digits) {
    return new String(digits, US_ASCII);
  }

  private void adopt(StatefulRedisConnection<byte[], byte[]> fresh) {
    Session adopted = new Session(fresh, client.loop(), lostWrites, mustBePrimary, this::ended);
    fresh.addListener(new RedisConnectionStateAdapter() {
      @Override
      public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
        adopted.end(Reason.BROKEN, "the connection was closed");
      }
    });
    pauseMillis = SHORTEST_PAUSE_MILLIS;
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
    notBeforeNanos = System.nanoTime() + MILLISECONDS.toNanos(pauseMillis);
    pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
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
