package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.SPACE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.TierKey;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Compares the tier with the bare client, alternating in one run: values of 1 KiB, one call at a time and 256 in
 * flight. Prints medians and ratios. Runs only with {@code -Dredis.measure=true}.
 */
@EnabledIfSystemProperty(named = "redis.measure", matches = "true")
final class RedisThroughputTest {
  private static final int KEYS = 1_000;
  private static final int ROUNDS = 9;
  private static final int SYNC_CALLS = 3_000;
  private static final int PIPELINED_CALLS = 40_000;
  private static final int WINDOW = 256;

  private final List<byte[]> names = IntStream.range(0, KEYS)
      .mapToObj(i -> ("icm:cache::k" + i).getBytes(US_ASCII))
      .toList();
  private final List<TierKey> keys = IntStream.range(0, KEYS)
      .mapToObj(i -> new TierKey(SPACE, ("k" + i).getBytes(US_ASCII)))
      .toList();
  private final byte[] value = new byte[1_024];
  private final Item item = new Item(value, value.length, false, 7, Item.NEVER);

  @Test
  void getAndPutBesideTheBareClient() {
    RedisClient client;
    try (RedisServerProcess server = RedisServerProcess.launch();
        TierProbe tier =
            TierProbe.open(Redis.at(server.url()).commandTimeout(Duration.ofSeconds(20)))) {
      client = RedisClient.create(RedisURI.create(server.url()));
      try (var connection = client.connect(ByteArrayCodec.INSTANCE)) {
        RedisAsyncCommands<byte[], byte[]> raw = connection.async();
        IntFunction<CompletionStage<?>> set = i -> raw.set(bare(i), value);
        IntFunction<CompletionStage<?>> get = i -> raw.get(bare(i));
        IntFunction<CompletionStage<?>> put = i -> tier.tier().put(keys.get(i % KEYS), item);
        IntFunction<CompletionStage<?>> read = i -> tier.tier().get(keys.get(i % KEYS));
        compare("put, one at a time", SYNC_CALLS, 1, put, set);
        compare("get, one at a time", SYNC_CALLS, 1, read, get);
        compare("put, 256 on their way", PIPELINED_CALLS, WINDOW, put, set);
        compare("get, 256 on their way", PIPELINED_CALLS, WINDOW, read, get);
      } finally {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
      }
      assertThat(tier.tier().stats().refused()).isZero();
    }
  }

  private byte[] bare(int i) {
    byte[] name = names.get(i % KEYS).clone();
    name[0] = 'x'; // apart from the tier's
    return name;
  }

  private static void compare(
      String what,
      int calls,
      int window,
      IntFunction<CompletionStage<?>> ours,
      IntFunction<CompletionStage<?>> bare) {
    List<Double> rates = new ArrayList<>();
    List<Double> bareRates = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int round = -3; round < ROUNDS; round++) {
      double our = rate(calls, window, ours);
      double theirs = rate(calls, window, bare);
      if (round >= 0) {
        rates.add(our);
        bareRates.add(theirs);
        ratios.add(our / theirs);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%-24s %8.0f/s, bare client %8.0f/s, median of %d ratios %.2f%n",
        what,
        median(rates),
        median(bareRates),
        ROUNDS,
        median(ratios));
  }

  private static double rate(int calls, int window, IntFunction<CompletionStage<?>> call) {
    Semaphore free = new Semaphore(window);
    long start = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      free.acquireUninterruptibly();
      var unused = call.apply(i).whenComplete((done, failure) -> free.release());
    }
    free.acquireUninterruptibly(window);
    return calls * 1e9 / (System.nanoTime() - start);
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
