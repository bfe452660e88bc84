package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.item;
import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Effort;
import io.intelligentcache.Seed;
import io.intelligentcache.redis.FaultProxy;
import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.redis.internal.record.RecordFormat;
import io.intelligentcache.redis.internal.record.RecordKind;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.SharedTier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Several instances write the same keys, each behind a network that stalls, recovers and breaks at random. In whatever
 * order the commands arrive: the version under a key never decreases, and a later write of an instance is never
 * replaced by an earlier one of the same instance.
 */
@ExtendWith(Effort.class)
final class RedisModelTest {
  private static final int INSTANCES = 3;
  private static final int KEYS = 4;
  private static final long RUN_NANOS =
      Effort.of(Duration.ofSeconds(3), Duration.ofSeconds(60)).toNanos();

  @RegisterExtension
  private final Seed seed = new Seed();

  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final Map<String, Long> greatestAcknowledged = new ConcurrentHashMap<>();

  /** Set when the time is over, and enough has happened: on a slow machine it takes longer. */
  private volatile boolean ended;

  @Test
  void theVersionUnderAKeyNeverGetsSmaller() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    List<FaultProxy> proxies = new ArrayList<>();
    List<TierProbe> tiers = new ArrayList<>();
    try (RedisServerProcess server = RedisServerProcess.launch();
        RawRedis raw = new RawRedis(server)) {
      for (int i = 0; i < INSTANCES; i++) {
        proxies.add(FaultProxy.before(server.port()));
        tiers.add(TierProbe.open(Redis.at(proxies.get(i).url())
            .commandTimeout(Duration.ofSeconds(1))
            .connectTimeout(Duration.ofSeconds(2))));
      }
      long end = System.nanoTime() + RUN_NANOS;
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < INSTANCES; i++) {
        int instance = i;
        Random random = new Random(seed.value() + i);
        running.add(threads.submit(() -> write(tiers.get(instance), instance, random)));
        running.add(threads.submit(
            () -> disturb(proxies.get(instance), new Random(seed.value() + 100 + instance))));
      }
      watch(raw, end, tiers);
      for (Future<?> each : running) {
        each.get(30, SECONDS);
      }
      assertThat(violations).as("seed %s", seed).isEmpty();
    } finally {
      ended = true;
      tiers.forEach(TierProbe::close);
      proxies.forEach(FaultProxy::close);
      threads.shutdownNow();
    }
  }

  /** Whether there were late writes, and each instance has written each key. */
  private boolean wasVaried(List<TierProbe> tiers) {
    long late = tiers.stream()
        .mapToLong(t -> ((SharedTier) t.tier()).sharedStats().supersededWrites())
        .sum();
    return late > 0 && greatestAcknowledged.size() == KEYS * INSTANCES;
  }

  private void write(TierProbe probe, int instance, Random random) {
    long count = 0;
    while (!ended) {
      String name = "k" + random.nextInt(KEYS);
      long number = ++count;
      CompletableFuture<Outcome> outcome = random.nextInt(8) == 0
          ? probe.tier().remove(key(name))
          : probe.tier().put(key(name), item(instance + " " + number));
      if (random.nextInt(3) == 0) {
        join(outcome);
      }
      var unused = outcome.thenAccept(done -> {
        if (!(done instanceof Outcome.Refused)) {
          greatestAcknowledged.merge(name + " of " + instance, number, Math::max);
        }
      });
      pause(random.nextInt(3));
    }
  }

  private void disturb(FaultProxy proxy, Random random) {
    while (!ended) {
      pause(random.nextInt(200));
      proxy.stallRequests();
      pause(random.nextInt(250));
      if (random.nextInt(4) == 0) {
        hangUp(proxy); // stalled requests arrive long after reconnecting
      }
      proxy.heal();
    }
  }

  private static void hangUp(FaultProxy proxy) {
    try {
      proxy.hangUpOnClients();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    pause(100);
  }

  /** Reads the records in Redis as often as it can, until {@link #ended}. */
  private void watch(RawRedis raw, long end, List<TierProbe> tiers) {
    Map<String, Long> last = new HashMap<>();
    Map<String, Long> lastNumber = new HashMap<>();
    int changes = 0;
    while (end - System.nanoTime() > 0 || changes <= 100 || !wasVaried(tiers)) {
      for (int k = 0; k < KEYS; k++) {
        String name = "k" + k;
        long version = 0;
        byte[] found = raw.commands().get("icm:cache::" + name);
        if (found != null) {
          version = RawRedis.version(found);
        }
        long before = last.getOrDefault(name, 0L);
        if (version < before) {
          violations.add(name + ": " + version + " after " + before);
        }
        if (version != before) {
          changes++;
          last.put(name, version);
          checkOwnOrder(name, found, lastNumber);
        }
      }
    }
    ended = true;
  }

  private void checkOwnOrder(String name, byte[] found, Map<String, Long> lastNumber) {
    if (found == null || found[1] != RecordKind.VALUE.code) {
      return;
    }
    String[] payload = new String(
            Arrays.copyOfRange(found, RecordFormat.HEADER_BYTES, found.length), US_ASCII)
        .split(" ", -1);
    String whose = name + " of " + payload[0];
    long number = Long.parseLong(payload[1]);
    Long before = lastNumber.put(whose, number);
    if (before != null && before > number) {
      violations.add(whose + ": " + number + " after " + before);
    }
  }

  /** Lets the other threads run for a while. The result does not depend on how long. */
  private static void pause(int millis) {
    try {
      var unused = new CountDownLatch(1).await(millis, MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
