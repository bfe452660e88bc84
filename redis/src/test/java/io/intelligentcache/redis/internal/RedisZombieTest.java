package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.SPACE;
import static io.intelligentcache.redis.internal.TierProbe.hit;
import static io.intelligentcache.redis.internal.TierProbe.item;
import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static io.intelligentcache.redis.internal.TierProbe.letPass;
import static io.intelligentcache.redis.internal.TierProbe.patient;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.FaultProxy;
import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.redis.internal.settings.Retention;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.SharedStats;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.TierContexts;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Writes of several instances take effect in the order of their calls, however late they arrive. */
final class RedisZombieTest {
  private final TwoTiers two = TwoTiers.open();
  private final RedisServerProcess server = two.server();
  private final FaultProxy proxy = two.proxy();
  private final RawRedis raw = two.raw();
  private final TierProbe slow = two.tier();
  private final TierProbe other = two.other();

  @AfterEach
  void stop() {
    two.close();
  }

  @Test
  void aPutFromBeforeARemovalIsRefusedByItsTombstone() {
    CompletableFuture<Outcome> zombie = stuckPut("k", "zombie");
    assertThat(other.remove("k")).isEqualTo(Outcome.DONE);
    proxy.heal();
    assertThat(join(zombie)).isEqualTo(Outcome.DONE); // as if it had arrived before the removal
    assertThat(slow.get("k")).isEqualTo(Lookup.MISS);
    assertThat(other.get("k")).isEqualTo(Lookup.MISS);
    assertThat(stats(slow).supersededWrites()).isEqualTo(1);
    assertThat(slow.tier().stats().writes()).isZero();
    assertThat(raw.commands().pttl("icm:cache::k"))
        .isBetween(1L, Retention.DEFAULTS.tombstones().toMillis());
  }

  @Test
  void aPutFromBeforeARemovalIsLateWhenTheTombstoneHasExpired() {
    Retention brief = new Retention(Duration.ofMillis(900), 100, 10_000);
    try (TwoTiers both = TwoTiers.open(brief)) {
      both.proxy().stallRequests();
      CompletableFuture<Outcome> zombie = both.tier().tier().put(key("k"), item("zombie"));
      letPass(both.raw(), both.tier(), both.other());
      both.other().remove("k");
      await().atMost(20, SECONDS).until(() -> both.raw().commands().exists("icm:cache::k") == 0);
      both.proxy().heal();
      assertThat(join(zombie)).isEqualTo(new Outcome.Refused(Reason.LATE));
      await().atMost(20, SECONDS).until(() -> both.tier().get("k").equals(Lookup.MISS));
      assertThat(both.other().get("k")).isEqualTo(Lookup.MISS);
    }
  }

  @Test
  void aPutFromBeforeANewerOneIsRefused() {
    CompletableFuture<Outcome> zombie = stuckPut("k", "zombie");
    other.put("k", "new");
    proxy.heal();
    join(zombie);
    assertThat(slow.get("k")).isEqualTo(hit("new"));
    assertThat(stats(slow).supersededWrites()).isEqualTo(1);
  }

  @Test
  void aRemovalFromBeforeANewerPutIsRefused() {
    proxy.stallRequests();
    CompletableFuture<Outcome> zombie = slow.tier().remove(key("k"));
    letPass(raw, slow, other);
    other.put("k", "new");
    proxy.heal();
    assertThat(join(zombie)).isEqualTo(Outcome.DONE);
    assertThat(slow.get("k")).isEqualTo(hit("new"));
    assertThat(slow.tier().stats().removals()).isZero();
  }

  @Test
  void manyLatePutsAreRefusedOneByOne() {
    List<TierKey> keys = IntStream.range(0, 200).mapToObj(i -> key("k" + i)).toList();
    proxy.stallRequests();
    var zombies = keys.stream().map(k -> slow.tier().put(k, item("zombie"))).toList();
    letPass(raw, slow, other);
    join(other.tier().removeAll(keys));
    proxy.heal();
    zombies.forEach(TierProbe::join);
    assertThat(join(slow.tier().getAll(keys))).containsOnly(Lookup.MISS);
    assertThat(stats(slow).supersededWrites()).isEqualTo(200);
  }

  @Test
  void aPutOfAnEarlierProcessIsRefusedByWhatALaterOneDid() throws Exception {
    var unused = stuckPut("k", "zombie");
    proxy.hangUpOnClients();
    slow.close();
    try (TierProbe later = TierProbe.open(patient(server.url()))) {
      letPass(raw, later);
      later.remove("k");
      proxy.heal();
      // The connection of the late put is closed after it. Those of two tiers and the test remain.
      await()
          .atMost(20, SECONDS)
          .until(() -> raw.commands().clientList().lines().count() == 3);
      assertThat(later.get("k")).isEqualTo(Lookup.MISS);
    }
  }

  @Test
  void aPutOfAProcessThatStoodStillForLongIsRefusedWhereNothingIsLeftToRefuseItBy() {
    FakeTime time = new FakeTime();
    try (TierProbe paused = new TierProbe(patient(server.url()).open(TierContexts.of(time)))) {
      paused.awaitAvailable();
      time.advance(Duration.ofHours(-1)); // Redis ran for an hour, this process did not
      assertThat(paused.put("k", "v")).isEqualTo(new Outcome.Refused(Reason.LATE));
      assertThat(raw.commands().exists("icm:cache::k")).isZero();
      assertThat(stats(paused).expiredWrites()).isEqualTo(1);
    }
  }

  @Test
  void wallClocksHalfAnHourApartDoNotMatter() {
    try (TierProbe fast = skewed(Duration.ofMinutes(15));
        TierProbe behind = skewed(Duration.ofMinutes(-15))) {
      long last = 0;
      for (int i = 0; i < 3; i++) {
        for (TierProbe each : List.of(fast, behind)) {
          each.put("k", "v" + i + each.hashCode());
          assertThat(other.get("k")).isEqualTo(hit("v" + i + each.hashCode()));
          assertThat(raw.version("icm:cache::k")).isGreaterThan(last);
          last = raw.version("icm:cache::k");
          assertThat(Math.abs(last - raw.micros())).isLessThan(60_000_000);
          letPass(raw, fast, behind);
        }
      }
      behind.remove("k");
      assertThat(fast.get("k")).isEqualTo(Lookup.MISS);
    }
  }

  @Test
  void tombstonesAreNoEntriesAndSurviveAClear() {
    other.put("kept", "v");
    CompletableFuture<Outcome> zombie = stuckPut("gone", "zombie");
    other.put("gone", "v");
    other.remove("gone");
    other.remove("never there");
    assertThat(other.tier().stats().removals()).isEqualTo(1);
    assertThat(join(other.tier().removeMatching(SPACE, k -> k[0] == 'g')))
        .isEqualTo(new Outcome.Done(0));
    assertThat(join(other.tier().clear(SPACE))).isEqualTo(new Outcome.Done(1));
    proxy.heal();
    assertThat(join(zombie)).isEqualTo(new Outcome.Refused(Reason.LATE)); // from before the clear
    await().atMost(20, SECONDS).until(() -> {
      assertThat(slow.get("gone")).isNotInstanceOf(Lookup.Hit.class);
      return slow.get("gone").equals(Lookup.MISS);
    });
  }

  @Test
  void aClearLeavesWhatAnotherInstancePutAfterItsCall() {
    other.put("old", "v");
    proxy.stallRequests();
    CompletableFuture<Outcome> clear = slow.tier().clear(SPACE);
    letPass(raw, slow, other);
    other.put("new", "v");
    proxy.heal();
    assertThat(join(clear)).isEqualTo(new Outcome.Done(1));
    assertThat(slow.get("new")).isEqualTo(hit("v"));
    assertThat(slow.get("old")).isEqualTo(Lookup.MISS);
  }

  /** A put that is stalled until the proxy is healed. It is older than the writes that follow. */
  private CompletableFuture<Outcome> stuckPut(String name, String value) {
    proxy.stallRequests();
    CompletableFuture<Outcome> put = slow.tier().put(key(name), item(value));
    letPass(raw, slow, other);
    return put;
  }

  private TierProbe skewed(Duration by) {
    TimeSource wrong = new TimeSource() {
      @Override
      public long nanos() {
        return TimeSource.SYSTEM.nanos();
      }

      @Override
      public long epochMillis() {
        return TimeSource.SYSTEM.epochMillis() + by.toMillis();
      }
    };
    return new TierProbe(patient(server.url()).open(TierContexts.of(wrong)));
  }

  private static SharedStats stats(TierProbe probe) {
    return ((SharedTier) probe.tier()).sharedStats();
  }
}
