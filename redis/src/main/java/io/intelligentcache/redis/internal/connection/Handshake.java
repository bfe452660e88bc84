package io.intelligentcache.redis.internal.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.intelligentcache.redis.internal.clock.Epoch;
import io.intelligentcache.redis.internal.clock.ServerClock;
import io.intelligentcache.redis.internal.clock.ServerClock.Sample;
import io.intelligentcache.redis.internal.script.Script;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The first commands on a connection: they load the scripts, check the role of the server, and ask for the epoch and the
 * time.
 *
 * @param mustBePrimary whether a server that is a replica is refused
 * @param epoch learns the epoch that the server knows
 */
public record Handshake(boolean mustBePrimary, Epoch epoch) {
  private static final int MOST_SAMPLES = 3;
  private static final long EXACT_MICROS = Duration.ofMillis(10).toNanos() / 1_000;

  /** Sends the commands. Completes with the time of the server; fails if the connection must not be used. */
  CompletableFuture<Sample> perform(RedisAsyncCommands<byte[], byte[]> redis, ServerClock clock) {
    // If a rule forbids to load scripts, the first call of each script is sent twice.
    for (Script<?> script : Script.ALL) {
      var unused = script.load(redis);
    }
    return role(redis)
        // Ignore a failure: another server of the cluster may own the epoch, or a rule may forbid
        // the script. The maintenance thread looks later.
        .thenCompose(primary -> epoch.look(redis).handle((looked, failure) -> null))
        // The first answers on a connection are slow, so their time would be inexact.
        .thenCompose(looked -> askTime(redis, clock, null, MOST_SAMPLES))
        .toCompletableFuture();
  }

  /** Fails if the server must be a primary but is a replica: the values of a replica may be old. */
  private CompletionStage<Void> role(RedisAsyncCommands<byte[], byte[]> redis) {
    if (!mustBePrimary) {
      return CompletableFuture.completedFuture(null);
    }
    return redis.role().thenAccept(role -> {
      if (!(role.get(0) instanceof byte[] name) || !new String(name, US_ASCII).equals("master")) {
        throw new IllegalStateException("is no primary");
      }
    });
  }

  /**
   * Asks for the time, several times if the answer took long: the clock may be wrong by half of a round trip, and the
   * versions of all writes depend on it.
   *
   * @param best the best of the samples so far
   */
  private static CompletionStage<Sample> askTime(
      RedisAsyncCommands<byte[], byte[]> redis,
      ServerClock clock,
      @Nullable Sample best,
      int samples) {
    long sent = clock.nanos();
    return redis.time().thenCompose(time -> {
      Sample sample = Sample.between(Connections.micros(time), sent, clock.nanos());
      Sample better = best != null && best.errorMicros() <= sample.errorMicros() ? best : sample;
      return samples == 1 || better.errorMicros() <= EXACT_MICROS
          ? CompletableFuture.completedFuture(better)
          : askTime(redis, clock, better, samples - 1);
    });
  }
}
