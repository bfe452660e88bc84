package io.intelligentcache.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.intelligentcache.tier.Reason;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns every connection: the one that all reads and writes share, and those lent for sweeps.
 *
 * <p>Nothing connects by itself: upkeep calls {@link #tend}, which starts an attempt when there is
 * no connection and the pause after the last failure is over.
 */
final class Connections implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
  private static final long SHORTEST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;

  private final RedisAddress address;
  private final LettuceClient client;
  private final Duration attemptTimeout;
  private final RedisClock clock;
  private final LostWrites lostWrites;
  private final Breaker breaker;

  private volatile @Nullable Session session;
  private final AtomicBoolean connecting = new AtomicBoolean();
  private volatile boolean closed;
  private volatile long pauseMillis = SHORTEST_PAUSE_MILLIS; // written by whoever holds connecting
  private volatile long notBeforeNanos = System.nanoTime();
  private volatile @Nullable String lastComplaint;

  Connections(
      RedisAddress address,
      LettuceClient client,
      Redis.Limits limits,
      RedisClock clock,
      LostWrites lostWrites,
      Breaker breaker) {
    this.address = address;
    this.client = client;
    this.attemptTimeout = limits.connectTimeout();
    this.clock = clock;
    this.lostWrites = lostWrites;
    this.breaker = breaker;
  }

  /** The shared connection, or null while there is none. */
  @Nullable
  Session session() {
    return session;
  }

  /** Starts an attempt to connect if one is due. Returns at once; the future always succeeds. */
  CompletableFuture<Void> tend() {
    if (closed
        || session != null
        || notBeforeNanos - System.nanoTime() > 0
        || !connecting.compareAndSet(false, true)) {
      return CompletableFuture.completedFuture(null);
    }
    if (session != null) { // one that was adopted between the two looks
      connecting.set(false);
      return CompletableFuture.completedFuture(null);
    }
    long[] sent = new long[1];
    return lend()
        .thenCompose(fresh -> {
          RedisAsyncCommands<byte[], byte[]> redis = fresh.async();
          // Where a rule forbids it the first write of each program is sent twice.
          for (Script<?> script : Script.ALL) {
            var unused = script.load(redis);
          }
          return redis
              .time() // the first answer of a connection is slow; it would tell the time badly
              .thenCompose(first -> {
                sent[0] = clock.nanos();
                return redis.time();
              })
              .toCompletableFuture()
              .orTimeout(attemptTimeout.toMillis(), MILLISECONDS)
              .whenComplete((time, failure) -> {
                if (failure == null) {
                  clock.start(micros(time), sent[0], clock.nanos());
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
          connecting.set(false);
          return null;
        });
  }

  /** Opens another connection; the caller closes it. Late ones are closed here. */
  CompletableFuture<StatefulRedisConnection<byte[], byte[]>> lend() {
    CompletableFuture<StatefulRedisConnection<byte[], byte[]>> lent = new CompletableFuture<>();
    try {
      var unused = client.connect().whenComplete((fresh, failure) -> {
        if (failure != null) {
          lent.completeExceptionally(failure);
        } else if (closed || !lent.complete(fresh)) {
          var unusedClose = fresh.closeAsync();
          lent.cancel(false);
        }
      });
    } catch (Throwable e) { // an error, too, is only this attempt's failure
      lent.completeExceptionally(e);
    }
    return lent.orTimeout(attemptTimeout.toMillis(), MILLISECONDS);
  }

  /** {@code TIME} answers seconds and microseconds. */
  static long micros(List<byte[]> time) {
    return Long.parseLong(ascii(time.get(0))) * 1_000_000 + Long.parseLong(ascii(time.get(1)));
  }

  private static String ascii(byte[] digits) {
    return new String(digits, US_ASCII);
  }

  private void adopt(StatefulRedisConnection<byte[], byte[]> fresh) {
    Session adopted = new Session(fresh, client.loop(), lostWrites, this::ended);
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
      session = null; // also when it ended before it was put there
    } else if (lastComplaint != null) {
      LOG.info("{} is connected", address);
      lastComplaint = null;
    }
  }

  private void ended(Session old, @Nullable String cause) {
    if (!closed) {
      lastComplaint = String.valueOf(cause);
      LOG.warn(
          "{} is gone ({}); connecting again in the background", address, address.redact(cause));
    }
    if (session == old) {
      session = null;
    }
  }

  private void complain(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String what = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    if (!closed && !what.equals(lastComplaint)) {
      lastComplaint = what;
      boolean credentials = what.startsWith("WRONGPASS") || what.startsWith("NOAUTH");
      LOG.warn(
          "{} {} ({}); trying again in the background",
          address,
          credentials ? "does not accept the credentials" : "can't be used",
          address.redact(what));
    }
  }

  private void pause() {
    notBeforeNanos = System.nanoTime() + MILLISECONDS.toNanos(pauseMillis);
    pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
  }

  @Override
  public void close() {
    closed = true;
    Session last = session;
    if (last != null) {
      last.end(Reason.CLOSED, null);
    }
    client.close(last == null ? CompletableFuture.completedFuture(null) : last.gone());
  }
}
