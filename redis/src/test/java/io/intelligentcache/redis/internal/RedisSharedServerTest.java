package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.SPACE;
import static io.intelligentcache.redis.internal.TierProbe.hit;
import static io.intelligentcache.redis.internal.TierProbe.item;
import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.redis.internal.command.Futures;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierContexts;
import io.intelligentcache.tier.TierKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The content of Redis: entries of several instances, keys of other applications, damaged bytes. */
final class RedisSharedServerTest {
  private static final RedisServerProcess SERVER = RedisServerProcess.launch();
  private static final RawRedis RAW = new RawRedis(SERVER);
  private static final Redis CONFIG = Redis.at(SERVER.url()).commandTimeout(Duration.ofSeconds(10));

  private final TierProbe tier = TierProbe.open(CONFIG);

  @AfterEach
  void empty() {
    tier.close();
    RAW.commands().flushall();
  }

  @AfterAll
  static void stop() {
    RAW.close();
    SERVER.close();
  }

  @Test
  void twoTiersSeeEachOthersPuts() {
    try (TierProbe other = TierProbe.open(CONFIG)) {
      tier.put("k", "v");
      assertThat(other.get("k")).isEqualTo(hit("v"));
      await()
          .until(
              () -> other.put("k", "w").equals(Outcome.DONE)); // on a slow machine it may be late
      assertThat(tier.get("k")).isEqualTo(hit("w"));
      other.remove("k");
      assertThat(tier.get("k")).isEqualTo(Lookup.MISS);
    }
  }

  @Test
  void namespacesAndDatabasesAreApart() {
    try (TierProbe named = TierProbe.open(CONFIG.namespace("other"));
        TierProbe numbered =
            TierProbe.open(Redis.at(SERVER.url() + "/3").commandTimeout(Duration.ofSeconds(10)))) {
      tier.put("k", "v");
      assertThat(named.get("k")).isEqualTo(Lookup.MISS);
      assertThat(numbered.get("k")).isEqualTo(Lookup.MISS);
      named.put("k", "n");
      join(tier.tier().clear(SPACE));
      assertThat(named.get("k")).isEqualTo(hit("n"));
    }
  }

  @Test
  void theTimeToLiveTravels() {
    long error = tier.clockErrorMillis();
    long expiry = System.currentTimeMillis() + 60_000;
    join(tier.tier().put(key("mortal"), new Item(new byte[1], 1, false, 7, expiry)));
    tier.put("lasting", "v");
    assertThat(RAW.commands().pttl("icm:cache::mortal")).isBetween(50_000L, 60_000L);
    assertThat(RAW.commands().pttl("icm:cache::lasting")).isEqualTo(-1);
    try (TierProbe other = TierProbe.open(CONFIG)) {
      long allowed = 200 + error + other.clockErrorMillis();
      assertThat(expiryOf(other.get("mortal"))).isBetween(expiry - allowed, expiry + allowed);
      assertThat(expiryOf(other.get("lasting"))).isEqualTo(Item.NEVER);
    }
  }

  @Test
  void aWrongClockOfAnInstanceDoesNotMatter() {
    FakeTime slow = new FakeTime(); // years away from the server's clock
    try (TierProbe other = new TierProbe(CONFIG.open(TierContexts.of(slow)))) {
      long error = tier.clockErrorMillis();
      long expiry = slow.epochMillis() + 60_000;
      join(other.tier().put(key("k"), new Item(new byte[1], 1, false, 7, expiry)));
      assertThat(expiryOf(tier.get("k")) - System.currentTimeMillis())
          .isBetween(50_000L, 60_200L + error);
      slow.jumpWallClock(Duration.ofDays(-30));
      assertThat(expiryOf(other.get("k")) - slow.epochMillis()).isBetween(50_000L, 60_200L);
    }
  }

  @Test
  void foreignKeysSurviveClearAndRemovalByPattern() {
    List<String> foreign = List.of(
        "icm2:cache::k",
        "icm",
        "icm:",
        "icm:cache",
        "icm:cache:",
        "icm:cache2::k",
        "icm:cache:tenant:k",
        "icm:cache::a:b",
        "icm:cache::%zz",
        "icm:cache::%6B",
        "icm:cache::%2",
        "icm:cache::%2f",
        "icm:cache::a b",
        "icm:cache::*",
        "xicm:cache::k",
        "cache::k");
    foreign.forEach(name -> RAW.commands().set(name, name.getBytes(UTF_8)));
    tier.put("k", "v");
    assertThat(join(tier.tier().removeMatching(SPACE, k -> true))).isEqualTo(new Outcome.Done(1));
    tier.put("k", "v");
    assertThat(join(tier.tier().clear(SPACE))).isEqualTo(new Outcome.Done(1));
    foreign.forEach(name -> assertThat(RAW.commands().get(name)).isEqualTo(name.getBytes(UTF_8)));
  }

  @Test
  void globCharactersInNamesMatchOnlyThemselves() {
    List<Space> spaces = List.of(
        new Space("*", ""),
        new Space("?", ""),
        new Space("[a-z]", ""),
        new Space("\\", ""),
        new Space("cache", "*"),
        new Space("cache", "a"),
        new Space("cache", ""),
        new Space("c*", ""));
    for (Space cleared : spaces) {
      spaces.forEach(space -> join(tier.tier().put(in(space), item("v"))));
      assertThat(join(tier.tier().clear(cleared))).isEqualTo(new Outcome.Done(1));
      for (Space space : spaces) {
        assertThat(join(tier.tier().get(in(space))))
            .as("%s after clearing %s", space, cleared)
            .isEqualTo(space.equals(cleared) ? Lookup.MISS : hit("v"));
      }
    }
  }

  @Test
  void clearTakesManyMoreKeysThanOneScanBrings() {
    for (int i = 0; i < 5_000; i++) {
      var unused = tier.tier().put(key("k" + i), item("v"));
    }
    assertThat(join(tier.tier().clear(SPACE))).isEqualTo(new Outcome.Done(5_000));
    assertThat(RAW.entries()).isEmpty();
  }

  @Test
  void garbageUnderOurKeyIsAMissAndIsCounted() {
    tier.put("k", "a value of some length");
    byte[] good = RAW.commands().get("icm:cache::k");
    int damaged = 0;
    for (int cut = 1; cut < good.length; cut++) { // an empty text can't be told from no value
      RAW.commands().set("icm:cache::k", Arrays.copyOf(good, cut));
      assertThat(tier.get("k")).as("cut at %s", cut).isEqualTo(Lookup.MISS);
      tier.get("behind the removal of what was damaged");
      damaged++;
    }
    for (int bit = 0; bit < 8 * good.length; bit++) {
      byte[] flipped = good.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      RAW.commands().set("icm:cache::k", flipped);
      assertThat(tier.get("k")).as("bit %s", bit).isEqualTo(Lookup.MISS);
      tier.get("behind the removal of what was damaged");
      damaged++;
    }
    byte[] noise = new byte[1_000];
    new Random(1).nextBytes(noise);
    RAW.commands().set("icm:cache::k", noise);
    assertThat(tier.get("k")).isEqualTo(Lookup.MISS);
    RAW.commands().set("icm:cache::other", good);
    assertThat(tier.get("other")).as("a value under another key").isEqualTo(Lookup.MISS);
    RAW.commands().del("icm:cache::k");
    RAW.commands().lpush("icm:cache::k", noise);
    assertThat(tier.get("k")).as("a list").isEqualTo(Lookup.MISS);
    assertThat(tier.tier().stats().damaged()).isEqualTo(damaged + 3);
    assertThat(join(tier.tier().getAll(List.of(key("k"), key("other")))))
        .containsExactly(Lookup.MISS, Lookup.MISS);
    tier.put("k", "repaired");
    assertThat(tier.get("k")).isEqualTo(hit("repaired"));
    assertThat(tier.tier().stats().available()).isTrue();
  }

  @Test
  void aValueLargerThanTheTierTakesIsAMiss() {
    try (TierProbe small = TierProbe.open(CONFIG.maximumItemBytes(10))) {
      tier.put("k", "eleven byte");
      assertThat(small.get("k")).isEqualTo(Lookup.MISS);
      assertThat(small.tier().stats().damaged()).isEqualTo(1);
    }
  }

  @Test
  void readsOfLargeValuesAreRefusedBeforeTheirRepliesFillTheHeap() {
    try (TierProbe small = TierProbe.open(CONFIG.maximumPendingBytes(1 << 20))) {
      List<TierKey> keys = IntStream.range(0, 40).mapToObj(i -> key("k" + i)).toList();
      keys.forEach(k -> small.put(new String(k.bytes(), UTF_8), "v".repeat(200_000)));
      List<Lookup> found =
          join(Futures.all(keys.stream().map(k -> small.tier().get(k)).toList())); // 8 MB in all
      assertThat(found).contains(new Lookup.Refused(Reason.BUSY));
      assertThat(join(small.tier().getAll(keys))) // in pieces
          .hasSize(40)
          .allMatch(Lookup.Hit.class::isInstance);
    }
  }

  @Test
  void aCallFromACallbackDoesNotOvertakeAnEarlierCallOfAnotherThread() throws Exception {
    CountDownLatch inCallback = new CountDownLatch(1);
    CountDownLatch lastCalled = new CountDownLatch(1);
    SERVER.freeze(); // so that the callback is added first
    var seen = tier.tier().put(key("k"), item("first")).thenCompose(done -> {
      inCallback.countDown();
      awaitUninterruptibly(lastCalled); // blocks the event loop, so that the last put is queued
      return tier.tier().get(key("k"));
    });
    SERVER.thaw();
    assertThat(inCallback.await(10, SECONDS)).isTrue();
    var last = tier.tier().put(key("k"), item("last"));
    lastCalled.countDown();
    assertThat(join(seen)).isEqualTo(hit("last"));
    join(last);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static TierKey in(Space space) {
    return new TierKey(space, "k".getBytes(UTF_8));
  }

  private static long expiryOf(Lookup lookup) {
    assertThat(lookup).isInstanceOf(Lookup.Hit.class);
    return ((Lookup.Hit) lookup).item().expiresAtMillis();
  }
}
