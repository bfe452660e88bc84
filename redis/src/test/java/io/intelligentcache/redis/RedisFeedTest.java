package io.intelligentcache.redis;

import static io.intelligentcache.redis.TierProbe.join;
import static io.intelligentcache.redis.TierProbe.key;
import static io.intelligentcache.redis.TierProbe.quick;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import io.lettuce.core.KillArgs;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a tier tells of changes, from one server and from many. */
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
    public void changedUnknown() {
      gaps.incrementAndGet();
    }

    @Override
    public void heardUntil(long nanos) {
      heard = nanos;
    }
  };

  private TierProbe listener(Redis redis) {
    return new TierProbe(redis.open(new TierContext(TimeSource.SYSTEM, changes)));
  }

  private void awaitHeardFromNowOn() {
    long now = System.nanoTime();
    await().atMost(30, SECONDS).until(() -> heard - now > 0);
  }

  private boolean isSilentFor(Duration time) {
    return System.nanoTime() - heard > time.toNanos();
  }

  @Test
  void whatIsHeardIncludesAllThatWasAcknowledgedBefore() {
    try (RedisServerProcess server = RedisServerProcess.launch();
        TierProbe writer = TierProbe.open(quick(server.url()));
        TierProbe listener = listener(quick(server.url()))) {
      listener.awaitAvailable();
      awaitHeardFromNowOn();
      for (int round = 0; round < 3; round++) {
        changed.clear();
        for (int i = 0; i < 1_000; i++) {
          writer.put("k" + i, "v" + round);
        }
        awaitHeardFromNowOn();
        for (int i = 0; i < 1_000; i++) {
          assertThat(changed).contains(key("k" + i));
        }
      }
    }
  }

  @Test
  void whatExpiresIsEvictedOrIsRemovedByOthersIsToldAndForeignKeysAreNot() {
    try (RedisServerProcess server = RedisServerProcess.launch();
        RawRedis raw = new RawRedis(server);
        TierProbe listener = listener(quick(server.url()))) {
      listener.awaitAvailable();
      awaitHeardFromNowOn();
      raw.commands().set("other:cache::k", new byte[1]);
      raw.commands().set("icm:no key", new byte[1]);
      listener.put("k", "v");
      awaitHeardFromNowOn();
      assertThat(changed).containsExactly(key("k"));
      changed.clear();
      raw.commands().pexpire("icm:cache::k", 1);
      await().until(() -> changed.contains(key("k")));
      int before = gaps.get();
      raw.commands().flushall();
      await().until(() -> gaps.get() == before + 1);
    }
  }

  @Test
  void aServerThatIsFrozenProvesNothing() {
    try (RedisServerProcess server = RedisServerProcess.launch();
        TierProbe listener = listener(quick(server.url()))) {
      listener.awaitAvailable();
      awaitHeardFromNowOn();
      server.freeze();
      await().until(() -> isSilentFor(Duration.ofSeconds(1)));
      server.thaw();
      awaitHeardFromNowOn();
    }
  }

  @Test
  void aConnectionThatEndsIsOneGap() {
    try (RedisServerProcess server = RedisServerProcess.launch();
        FaultProxy proxy = FaultProxy.before(server.port());
        TierProbe listener = listener(quick(proxy.url()))) {
      listener.awaitAvailable();
      awaitHeardFromNowOn();
      assertThat(gaps).hasValue(1);
      proxy.cutFeeds();
      await().untilAtomic(gaps, org.hamcrest.Matchers.is(2));
      awaitHeardFromNowOn();
      assertThat(listener.put("k", "v")).as("the other connection is well").isNotNull();
    }
  }

  @Test
  void instancesThatPublishHearOfEachOtherWithoutTracking() {
    try (RedisServerProcess server = RedisServerProcess.launch();
        RawRedis raw = new RawRedis(server);
        TierProbe writer = TierProbe.open(quick(server.url()).publishingChanges());
        TierProbe listener = listener(quick(server.url()).publishingChanges())) {
      listener.awaitAvailable();
      awaitHeardFromNowOn();
      for (int i = 0; i < 1_000; i++) {
        writer.put("k" + i, "v");
      }
      awaitHeardFromNowOn();
      for (int i = 0; i < 1_000; i++) {
        assertThat(changed).contains(key("k" + i));
      }
      changed.clear();
      writer.remove("k0");
      join(writer.tier().clear(TierProbe.SPACE));
      awaitHeardFromNowOn();
      assertThat(changed).contains(key("k0"), key("k1"), key("k999"));
      assertThat(raw.commands().clientList()).doesNotContain("flags=t");
      assertThat(((SharedTier) listener.tier()).sharedStats().publishing()).isTrue();
      assertThat(((SharedTier) listener.tier()).sharedStats().listening()).isEqualTo(1);
      raw.commands().clientKill(KillArgs.Builder.typePubsub());
      await().untilAtomic(gaps, org.hamcrest.Matchers.is(2));
      awaitHeardFromNowOn();
    }
  }

  @Test
  void aClusterIsHeardFromAllItsServers() {
    try (RedisCluster cluster = RedisCluster.of(3);
        TierProbe writer = TierProbe.open(Redis.cluster(cluster.url()));
        TierProbe listener = listener(Redis.cluster(cluster.url()))) {
      listener.awaitAvailable();
      awaitHeardFromNowOn();
      for (int i = 0; i < 300; i++) {
        writer.put("k" + i, "v");
      }
      awaitHeardFromNowOn();
      for (int i = 0; i < 300; i++) {
        assertThat(changed).contains(key("k" + i));
      }
      cluster.server(2).freeze();
      await().until(() -> isSilentFor(Duration.ofSeconds(1)));
      cluster.server(2).thaw();
      awaitHeardFromNowOn();
    }
  }

  @Test
  void nothingIsHeardWhileASlotIsOwnedByAServerThatTellsNothing() {
    try (RedisCluster cluster = RedisCluster.withSpares(2, 1);
        TierProbe writer = TierProbe.open(Redis.cluster(cluster.url()));
        TierProbe listener = listener(Redis.cluster(cluster.url()))) {
      listener.awaitAvailable();
      awaitHeardFromNowOn();
      int slot = io.lettuce.core.cluster.SlotHash.getSlot("icm:cache::k");
      int owner = cluster.owner(slot);
      join(writer.tier().put(key("k"), TierProbe.item("old")));
      awaitHeardFromNowOn();
      changed.clear();
      cluster.move(slot, owner, 2);
      writer.put("k", "new");
      awaitHeardFromNowOn();
      assertThat(changed.contains(key("k")) || gaps.get() > 3)
          .as("the new server has told, or that it had not")
          .isTrue();
    }
  }
}
