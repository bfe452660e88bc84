package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static io.intelligentcache.redis.internal.TierProbe.patient;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.FaultProxy;
import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisCluster;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.TierContexts;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import io.lettuce.core.KillArgs;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The invalidations that a tier reports, from one server and from many. */
final class RedisFeedTest {
  private final Set<TierKey> changed = ConcurrentHashMap.newKeySet();
  private final AtomicInteger gaps = new AtomicInteger();
  private volatile long heard = System.nanoTime() - Duration.ofDays(1).toNanos();

  private final Changes changes = new Changes() {
    @Override
    public void changed(TierKey key) {
      changed.add(key);
    }

    @Override
    public void missed() {
      gaps.incrementAndGet();
    }

    @Override
    public void receivedUntil(long nanos) {
      heard = nanos;
    }
  };

  private TierProbe listener(Redis redis) {
    return new TierProbe(redis.open(TierContexts.of(TimeSource.SYSTEM, changes)));
  }

  private void awaitHeardFromNowOn() {
    long now = System.nanoTime();
    await().atMost(30, SECONDS).until(() -> heard - now > 0);
  }

  /**
   * Returns when the invalidations of these writes have been received. If a pause of the machine ends the connection,
   * the tier reports a gap instead. Then the writes are repeated, at most twice.
   */
  private void awaitTold(Runnable writes) {
    for (int i = 0; i < 3; i++) {
      int before = gaps.get();
      changed.clear();
      writes.run();
      awaitHeardFromNowOn();
      if (gaps.get() == before) {
        return;
      }
    }
  }

  private void awaitGap(Runnable cause) {
    int before = gaps.get();
    cause.run();
    await().atMost(30, SECONDS).until(() -> gaps.get() > before);
  }

  private static void putAll(TierProbe writer, int keys, String value) {
    for (int i = 0; i < keys; i++) {
      writer.put("k" + i, value);
    }
  }

  private static TierKey[] keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> key("k" + i)).toArray(TierKey[]::new);
  }

  private boolean isSilentFor(Duration time) {
    return System.nanoTime() - heard > time.toNanos();
  }

  @Test
  void whatIsHeardIncludesAllThatWasAcknowledgedBefore() {
    try (RedisServerProcess server = RedisServerProcess.launch();
        TierProbe writer = TierProbe.open(patient(server.url()));
        TierProbe listener = listener(patient(server.url()))) {
      listener.awaitAvailable();
      awaitHeardFromNowOn();
      for (int round = 0; round < 3; round++) {
        String value = "v" + round;
        awaitTold(() -> putAll(writer, 1_000, value));
        assertThat(changed).contains(keys(1_000));
      }
    }
  }

  @Test
  void whatExpiresIsEvictedOrIsRemovedByOthersIsToldAndForeignKeysAreNot() {
    try (RedisServerProcess server = RedisServerProcess.launch();
        RawRedis raw = new RawRedis(server);
        TierProbe listener = listener(patient(server.url()))) {
      listener.awaitAvailable();
      awaitHeardFromNowOn();
      awaitTold(() -> {
        raw.commands().set("other:cache::k", new byte[1]);
        raw.commands().set("icm:no key", new byte[1]);
        listener.put("k", "v");
      });
      assertThat(changed).containsExactly(key("k"));
      awaitTold(() -> {
        listener.put("k", "v");
        awaitHeardFromNowOn();
        int before = gaps.get();
        changed.clear();
        raw.commands().pexpire("icm:cache::k", 1);
        await().atMost(30, SECONDS).until(() -> changed.contains(key("k")) || gaps.get() > before);
      });
      assertThat(changed).contains(key("k"));
      awaitGap(raw.commands()::flushall);
    }
  }

  @Test
  void aServerThatIsFrozenProvesNothing() {
    try (RedisServerProcess server = RedisServerProcess.launch();
        TierProbe listener = listener(patient(server.url()))) {
      listener.awaitAvailable();
      awaitHeardFromNowOn();
      server.freeze();
      await().atMost(30, SECONDS).until(() -> isSilentFor(Duration.ofMillis(500)));
      server.thaw();
      awaitHeardFromNowOn();
    }
  }

  @Test
  void aConnectionThatEndsIsAGap() {
    try (RedisServerProcess server = RedisServerProcess.launch();
        FaultProxy proxy = FaultProxy.before(server.port());
        TierProbe listener = listener(patient(proxy.url()))) {
      listener.awaitAvailable();
      awaitHeardFromNowOn();
      assertThat(gaps).hasPositiveValue();
      awaitGap(proxy::cutFeeds);
      awaitHeardFromNowOn();
      assertThat(listener.put("k", "v")).as("the other connection is well").isNotNull();
    }
  }

  @Test
  void instancesThatPublishHearOfEachOtherWithoutTracking() {
    try (RedisServerProcess server = RedisServerProcess.launch();
        RawRedis raw = new RawRedis(server);
        TierProbe writer = TierProbe.open(patient(server.url()).publishingChanges());
        TierProbe listener = listener(patient(server.url()).publishingChanges())) {
      listener.awaitAvailable();
      awaitHeardFromNowOn();
      awaitTold(() -> putAll(writer, 1_000, "v"));
      assertThat(changed).contains(keys(1_000));
      awaitTold(() -> {
        putAll(writer, 3, "w");
        awaitHeardFromNowOn();
        changed.clear();
        writer.remove("k0");
        join(writer.tier().clear(TierProbe.SPACE));
      });
      assertThat(changed).contains(keys(3));
      assertThat(raw.commands().clientList()).doesNotContain("flags=t");
      assertThat(((SharedTier) listener.tier()).sharedStats().publishing()).isTrue();
      await()
          .atMost(30, SECONDS)
          .until(() -> ((SharedTier) listener.tier()).sharedStats().listening() == 1);
      awaitGap(() -> raw.commands().clientKill(KillArgs.Builder.typePubsub()));
      awaitHeardFromNowOn();
    }
  }

  @Test
  void aClusterIsHeardFromAllItsServers() {
    try (RedisCluster cluster = RedisCluster.of(3);
        TierProbe writer = TierProbe.open(patient(Redis.cluster(cluster.url())));
        TierProbe listener = listener(patient(Redis.cluster(cluster.url())))) {
      listener.awaitAvailable();
      awaitHeardFromNowOn();
      awaitTold(() -> putAll(writer, 300, "v"));
      assertThat(changed).contains(keys(300));
      cluster.server(2).freeze();
      await().atMost(30, SECONDS).until(() -> isSilentFor(Duration.ofMillis(500)));
      cluster.server(2).thaw();
      awaitHeardFromNowOn();
    }
  }

  @Test
  void nothingIsHeardWhileASlotIsOwnedByAServerThatTellsNothing() {
    try (RedisCluster cluster = RedisCluster.withSpares(2, 1);
        TierProbe writer = TierProbe.open(patient(Redis.cluster(cluster.url())));
        TierProbe listener = listener(patient(Redis.cluster(cluster.url())))) {
      listener.awaitAvailable();
      awaitHeardFromNowOn();
      int slot = io.lettuce.core.cluster.SlotHash.getSlot("icm:cache::k");
      int owner = cluster.owner(slot);
      join(writer.tier().put(key("k"), TierProbe.item("old")));
      awaitHeardFromNowOn();
      changed.clear();
      cluster.move(slot, owner, 2);
      await().atMost(20, SECONDS).until(() -> writer.put("k", "new").equals(Outcome.DONE));
      awaitHeardFromNowOn();
      assertThat(changed.contains(key("k")) || gaps.get() > 3)
          .as("the new server has told, or that it had not")
          .isTrue();
    }
  }
}
