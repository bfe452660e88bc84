package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.hit;
import static io.intelligentcache.redis.internal.TierProbe.item;
import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static io.intelligentcache.redis.internal.TierProbe.letPass;
import static io.intelligentcache.redis.internal.TierProbe.patient;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.FaultProxy;
import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.SharedStats;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Repairs of refused writes: with their versions, and not too often. */
final class RedisRepairTest {
  private final TwoTiers two = TwoTiers.open();
  private final FaultProxy proxy = two.proxy();
  private final RawRedis raw = two.raw();
  private final TierProbe tier = two.tier();
  private final TierProbe other = two.other();

  @AfterEach
  void stop() {
    two.close();
  }

  @Test
  void aRepeatedRemovalLeavesWhatSomebodyElseWroteSince() {
    tier.put("k", "old");
    tier.put("l", "old");
    two.cutOff();
    assertThat(tier.remove("k")).isEqualTo(new Outcome.Refused(Reason.OPEN));
    assertThat(tier.remove("l")).isEqualTo(new Outcome.Refused(Reason.OPEN));
    letPass(raw, tier, other);
    other.put("k", "new");
    two.heal();
    await().atMost(20, SECONDS).until(() -> tier.get("l").equals(Lookup.MISS));
    await().atMost(20, SECONDS).until(() -> tier.get("k").equals(hit("new")));
    assertThat(other.get("k")).isEqualTo(hit("new"));
    assertThat(other.get("l")).isEqualTo(Lookup.MISS);
  }

  /** Sends a put whose connection ends before Redis receives it. Redis receives it when the proxy is healed. */
  private void loseAPut(String name, String value) throws InterruptedException {
    proxy.stallRequests();
    var unused = tier.tier().put(key(name), item(value));
    proxy.hangUpOnClients();
    tier.awaitAvailable();
  }

  /** Heals the proxy; returns when Redis has received the stalled requests. */
  private void deliver() {
    proxy.heal();
    // The connection of the lost put is closed after it. Those of two tiers and the test remain.
    await().atMost(20, SECONDS).until(() -> raw.commands().clientList().lines().count() == 3);
  }

  @Test
  void aPutWhoseOutcomeIsUnknownIsRepeated() throws Exception {
    loseAPut("k", "v");
    await().atMost(20, SECONDS).until(() -> tier.get("k").equals(hit("v")));
    assertThat(other.get("k")).isEqualTo(hit("v"));
    assertThat(stats(tier).repeatedWrites()).isEqualTo(1);
    assertThat(stats(tier).unsettledKeys()).isZero();
    deliver();
    assertThat(tier.get("k")).isEqualTo(hit("v"));
  }

  @Test
  void aPutThatCouldNotBeSentIsRepeatedWithItsVersion() {
    two.cutOff();
    assertThat(tier.put("k", "old")).isEqualTo(new Outcome.Refused(Reason.OPEN));
    assertThat(tier.put("l", "v")).isEqualTo(new Outcome.Refused(Reason.OPEN));
    letPass(raw, tier, other);
    other.put("k", "new");
    two.heal();
    await().atMost(20, SECONDS).until(() -> tier.get("l").equals(hit("v")));
    await().atMost(20, SECONDS).until(() -> tier.get("k").equals(hit("new")));
    assertThat(other.get("k")).isEqualTo(hit("new"));
  }

  @Test
  void aPutThatArrivesAfterItWasRepeatedDoesNotUndoWhatCameSince() throws Exception {
    loseAPut("k", "zombie");
    loseAPut("l", "zombie");
    await().atMost(20, SECONDS).until(() -> tier.get("k").equals(hit("zombie")));
    await().atMost(20, SECONDS).until(() -> tier.get("l").equals(hit("zombie")));
    letPass(raw, tier, other);
    other.remove("k");
    other.put("l", "new");
    deliver();
    assertThat(other.get("k")).isEqualTo(Lookup.MISS);
    assertThat(other.get("l")).isEqualTo(hit("new"));
  }

  @Test
  void aPutThatWasLostBeforeAClearIsNeitherRepeatedNorStoredWhenItArrives() throws Exception {
    loseAPut("k", "zombie");
    assertThat(join(other.tier().clear(TierProbe.SPACE))).isInstanceOf(Outcome.Done.class);
    await().atMost(20, SECONDS).until(() -> tier.get("k").equals(Lookup.MISS));
    for (String name : raw.entries()) {
      raw.commands().del(name); // its tombstone, if there is one, as if it had been evicted
    }
    deliver();
    assertThat(other.get("k")).isEqualTo(Lookup.MISS);
    assertThat(raw.entries()).isEmpty();
  }

  @Test
  void aLostPutThatNothingIsLeftToRefuseByIsKnownByItsWriterAndRemoved() throws Exception {
    loseAPut("k", "zombie");
    tier.remove("k");
    await().atMost(20, SECONDS).until(() -> tier.get("k").equals(Lookup.MISS)); // also repaired
    raw.commands().flushall(); // as if the tombstone had been evicted
    proxy.heal();
    await().atMost(20, SECONDS).until(() -> raw.version("icm:cache::k") > 0);
    assertThat(tier.get("k")).isEqualTo(new Lookup.Refused(Reason.BROKEN));
    await().atMost(20, SECONDS).until(() -> tier.get("k").equals(Lookup.MISS));
    assertThat(join(tier.tier().getAll(List.of(key("k"))))).containsExactly(Lookup.MISS);
    assertThat(other.get("k")).isEqualTo(Lookup.MISS);
  }

  @Test
  void aRemovalBeforeRedisWasEverReachedTakesWhatWasThereAndNothingLater() {
    other.put("k", "old");
    other.put("l", "old");
    proxy.refuse();
    try (TierProbe late =
        TierProbe.openInVain(patient(proxy.url()), Changes.IGNORED, two.scheduler())) {
      assertThat(late.remove("k")).isEqualTo(new Outcome.Refused(Reason.OPEN));
      assertThat(late.remove("l")).isEqualTo(new Outcome.Refused(Reason.OPEN));
      raw.letPass(1_000); // the error of its clock is known once connected
      other.put("k", "new");
      proxy.heal();
      late.awaitAvailable();
      await().atMost(20, SECONDS).until(() -> late.get("k").equals(hit("new")));
      await().atMost(20, SECONDS).until(() -> late.get("l").equals(Lookup.MISS));
      assertThat(other.get("l")).isEqualTo(Lookup.MISS);
    }
  }

  @Test
  void aClearThatIsRepeatedLeavesWhatSomebodyElseWroteSince() {
    tier.put("k", "old");
    tier.put("l", "old");
    two.cutOff();
    assertThat(join(tier.tier().clear(TierProbe.SPACE)))
        .isEqualTo(new Outcome.Refused(Reason.OPEN));
    letPass(raw, tier, other);
    other.put("k", "new");
    two.heal();
    await().atMost(20, SECONDS).until(() -> tier.get("l").equals(Lookup.MISS));
    assertThat(tier.get("k")).isEqualTo(hit("new"));
    assertThat(raw.entries()).containsExactly("icm:cache::k");
  }

  @Test
  void aCloseMakesUpForEveryKeyWhoseOverwriteWasRefused() {
    List<TierKey> keys = IntStream.range(0, 3_000).mapToObj(i -> key("k" + i)).toList();
    TierProbe.holdsUnlessSpoilt(i -> {
      TierProbe closing = TierProbe.open(patient(two.server().url()));
      join(closing
          .tier()
          .putAll(keys.stream().map(k -> new Tier.Entry(k, item("old"))).toList()));
      raw.commands().configSet("maxmemory", "1");
      var refused = closing
          .tier()
          .putAll(keys.stream().map(k -> new Tier.Entry(k, item("new"))).toList());
      assertThat(join(refused)).containsOnly(new Outcome.Refused(Reason.BROKEN));
      raw.commands().configSet("maxmemory", "0");
      boolean inTime = closing.closesInTime();
      boolean holds = join(tier.tier().getAll(keys)).stream().allMatch(Lookup.MISS::equals);
      assertThat(holds || !inTime).isTrue();
      return holds;
    });
  }

  @Test
  void aReadOnlyServerIsAskedLessAndLessOften() {
    tier.put("k7", "old");
    raw.commands().replicaof("127.0.0.1", 1);
    List<TierKey> keys = IntStream.range(0, 200).mapToObj(i -> key("k" + i)).toList();
    join(tier.tier().removeAll(keys));
    long before = refusedAsReadOnly();
    await()
        .pollDelay(500, MILLISECONDS)
        .atMost(20, SECONDS)
        .until(() -> refusedAsReadOnly() > before);
    assertThat(refusedAsReadOnly() - before).isLessThan(2_000); // without pauses about 4,000
    raw.commands().replicaofNoOne();
    await().atMost(20, SECONDS).until(() -> tier.get("k7").equals(Lookup.MISS));
  }

  private long refusedAsReadOnly() {
    return raw.commands()
        .info("errorstats")
        .lines()
        .filter(line -> line.startsWith("errorstat_READONLY:count="))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('=') + 1)))
        .findFirst()
        .orElse(0);
  }

  private static SharedStats stats(TierProbe probe) {
    return ((SharedTier) probe.tier()).sharedStats();
  }
}
