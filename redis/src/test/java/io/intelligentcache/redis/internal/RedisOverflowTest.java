package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.SPACE;
import static io.intelligentcache.redis.internal.TierProbe.hit;
import static io.intelligentcache.redis.internal.TierProbe.item;
import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static io.intelligentcache.redis.internal.TierProbe.letPass;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.internal.operation.SweepQueue;
import io.intelligentcache.redis.internal.settings.Retention;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.SharedStats;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More removals and more writes than an instance can keep while Redis is down. */
final class RedisOverflowTest {
  private static final int UNSETTLED_KEYS = 1_000;

  private final TwoTiers two =
      TwoTiers.open(new Retention(Duration.ofSeconds(15), UNSETTLED_KEYS, 1 << 20));
  private final RawRedis raw = two.raw();
  private final TierProbe tier = two.tier();
  private final TierProbe other = two.other();

  @AfterEach
  void stop() {
    two.close();
  }

  @Test
  void moreRemovalsThanMayWaitRemoveNothingThatNoneOfThemMatches() {
    other.put("kept", "v");
    other.put("other", "v");
    TierKey elsewhere = in("elsewhere", "k");
    join(other.tier().put(elsewhere, item("v")));
    two.cutOff();
    for (int i = 0; i < SweepQueue.Bounds.of(Duration.ZERO).patterns(); i++) {
      String name = "k" + i;
      assertThat(join(
              tier.tier().removeMatching(SPACE, key -> new String(key, UTF_8).equals(name))))
          .isEqualTo(new Outcome.Refused(Reason.OPEN));
    }
    assertThat(join(tier.tier().removeMatching(SPACE, key -> key[0] == 'o')))
        .isEqualTo(new Outcome.Refused(Reason.BUSY));
    letPass(raw, tier, other);
    other.put("later", "v");
    two.heal();
    await()
        .atMost(20, SECONDS)
        .until(() -> stats().unsettledRemovals() == 1); // the space is hidden

    assertThat(raw.entries()).hasSize(4);
    assertThat(other.get("kept")).isEqualTo(hit("v"));
    assertThat(other.get("other")).isEqualTo(hit("v"));
    assertThat(join(tier.tier().get(elsewhere))).isEqualTo(hit("v"));
    assertThat(tier.get("other")).isEqualTo(new Lookup.Refused(Reason.BROKEN));
    assertThat(tier.get("later")).isEqualTo(hit("v"));

    join(tier.tier().clear(SPACE)); // this clear makes the space readable
    assertThat(stats().unsettledRemovals()).isZero();
    assertThat(tier.get("other")).isEqualTo(Lookup.MISS);
    assertThat(join(other.tier().get(elsewhere))).isEqualTo(hit("v"));
  }

  @Test
  void aThousandSpacesThatAreClearedDuringAnOutageAreEmptyAfterAFewWalks() {
    List<TierKey> cleared =
        IntStream.range(0, 1_000).mapToObj(i -> in("t" + i, "k")).toList();
    List<TierKey> kept =
        IntStream.range(0, 10).mapToObj(i -> in("kept" + i, "k")).toList();
    cleared.forEach(key -> join(other.tier().put(key, item("v"))));
    kept.forEach(key -> join(other.tier().put(key, item("v"))));
    two.cutOff();
    cleared.forEach(key -> join(tier.tier().clear(key.space())));
    assertThat(stats().unsettledRemovals()).isEqualTo(1_000);
    two.heal();
    await().atMost(20, SECONDS).until(() -> stats().unsettledRemovals() == 0);

    assertThat(raw.entries()).hasSize(10);
    kept.forEach(key -> assertThat(join(tier.tier().get(key))).isEqualTo(hit("v")));
    assertThat(scans()).isLessThan(50); // one scan per removal would be about 2,000
  }

  @Test
  void moreKeysThanTheJournalHoldsAreRemovedAndNoOther() {
    List<TierKey> lost = new ArrayList<>();
    for (int i = 0; i <= UNSETTLED_KEYS; i++) {
      lost.add(key("k" + i));
    }
    List<TierKey> some = lost.subList(0, 200);
    some.forEach(key -> join(other.tier().put(key, item("old"))));
    TierKey elsewhere = in("elsewhere", "k0");
    join(other.tier().put(elsewhere, item("v")));
    other.put("other", "v");
    two.cutOff();
    assertThat(join(tier.tier().removeAll(lost))).containsOnly(new Outcome.Refused(Reason.OPEN));
    assertThat(stats().unsettledKeys()).isEqualTo(lost.size());
    letPass(raw, tier, other);
    join(other.tier().put(lost.get(0), item("new")));
    two.heal();
    await().atMost(20, SECONDS).until(() -> {
      for (TierKey key : some.subList(1, 200)) {
        assertThat(join(tier.tier().get(key)))
            .isIn(new Lookup.Refused(Reason.BROKEN), new Lookup.Refused(Reason.OPEN), Lookup.MISS);
      }
      return stats().unsettledKeys() == 0;
    });

    for (TierProbe probe : List.of(tier, other)) {
      assertThat(join(probe.tier().get(lost.get(0)))).isEqualTo(hit("new"));
      assertThat(join(probe.tier().get(lost.get(1)))).isEqualTo(Lookup.MISS);
      assertThat(join(probe.tier().get(elsewhere))).isEqualTo(hit("v"));
      assertThat(probe.get("other")).isEqualTo(hit("v"));
    }
  }

  private long scans() {
    return raw.commands()
        .info("commandstats")
        .lines()
        .filter(line -> line.startsWith("cmdstat_scan:"))
        .mapToLong(line -> Long.parseLong(line.split("[=,]", 3)[1]))
        .sum();
  }

  private SharedStats stats() {
    return ((SharedTier) tier.tier()).sharedStats();
  }

  private static TierKey in(String tenant, String name) {
    return new TierKey(new Space("cache", tenant), name.getBytes(UTF_8));
  }
}
