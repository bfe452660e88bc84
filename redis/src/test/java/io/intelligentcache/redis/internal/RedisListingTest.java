package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.SPACE;
import static io.intelligentcache.redis.internal.TierProbe.item;
import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.FaultProxy;
import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisCluster;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Listing;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.Version;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a listing of Redis has, and when it is refused. */
final class RedisListingTest {
  private final RedisServerProcess server = RedisServerProcess.launch();
  private final FaultProxy proxy = FaultProxy.before(server.port());
  private final RawRedis raw = new RawRedis(server);
  private final SkippingScheduler scheduler = new SkippingScheduler();
  private final TierProbe tier = TierProbe.open(
      Redis.at(proxy.url())
          .commandTimeout(Duration.ofSeconds(30))
          .connectTimeout(Duration.ofSeconds(30)),
      scheduler);

  @AfterEach
  void stop() {
    tier.close();
    scheduler.close();
    proxy.close();
    raw.close();
    server.close();
  }

  private static Listing page(TierProbe tier, Listing.@Nullable Cursor from) {
    return join(tier.tier().list(SPACE, from));
  }

  private static List<Listing.Stored> list(TierProbe tier) {
    List<Listing.Stored> all = new ArrayList<>();
    Listing.Page page = (Listing.Page) first(tier);
    all.addAll(page.entries());
    while (page.next() != null) {
      page = (Listing.Page) page(tier, page.next());
      all.addAll(page.entries());
    }
    return all;
  }

  private static Listing first(TierProbe tier) {
    return join(tier.tier().list(SPACE, null));
  }

  private static Set<String> names(TierProbe tier) {
    Set<String> names = new HashSet<>();
    list(tier).forEach(entry -> names.add(new String(entry.key().bytes(), UTF_8)));
    return names;
  }

  private void fill(int keys) {
    List<Tier.Entry> entries = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      entries.add(new Tier.Entry(key("k" + i), item("v" + i)));
    }
    join(tier.tier().putAll(entries));
  }

  private static void assertRefused(Listing listing, Reason why, String detail) {
    assertThat(listing).isInstanceOfSatisfying(Listing.Refused.class, refused -> {
      assertThat(refused.why()).isEqualTo(why);
      assertThat(refused.detail()).contains(detail);
    });
  }

  @Test
  void listsValuesAndNothingElseThatIsStored() {
    tier.put("value", "v");
    tier.put("removed", "v");
    join(tier.tier().remove(key("removed")));
    join(tier.tier().put(key("absent"), Item.absence(Item.NEVER)));
    join(((SharedTier) tier.tier())
        .claim(key("loading"), Duration.ofSeconds(30), Version.NONE, Version.NONE));
    raw.commands().set("icm:cache::foreign", "not a record".getBytes(UTF_8));
    raw.commands().lpush("icm:cache::list", "a".getBytes(UTF_8));
    raw.commands().set("icm:cache::not a name", "x".getBytes(UTF_8));
    raw.commands().set("icm:cache:tenant:k", raw.commands().get("icm:cache::value"));
    raw.commands().set("icm:cache::copy", raw.commands().get("icm:cache::value"));
    assertThat(names(tier)).containsExactlyInAnyOrder("value", "copy"); // damage is not looked for
  }

  @Test
  void anEntryTakesItsNameAndItsRecord() {
    tier.put("k", "v".repeat(5_000));
    assertThat(list(tier))
        .containsExactly(new Listing.Stored(
            key("k"), "icm:cache::k".length() + raw.commands().strlen("icm:cache::k")));
  }

  @Test
  void doesNotListWhatAnUnfinishedClearRemoves() {
    tier.put("k", "v");
    proxy.stallLaterConnections(); // the removal has one of its own
    CompletableFuture<Outcome> clear = tier.tier().clear(SPACE);
    assertThat(list(tier)).isEmpty();
    assertThat(raw.commands().exists("icm:cache::k")).isEqualTo(1);
    proxy.heal();
    assertThat(join(clear)).isEqualTo(new Outcome.Done(1));
  }

  @Test
  void isRefusedWhenTheConnectionIsLostBetweenTwoPages() {
    fill(3_000);
    Listing.Page page = (Listing.Page) first(tier);
    assertThat(page.next()).isNotNull();
    proxy.cut();
    await().until(() -> page(tier, page.next()) instanceof Listing.Refused);
    proxy.heal();
    await().until(() -> first(tier) instanceof Listing.Page);
    assertRefused(page(tier, page.next()), Reason.OPEN, "was lost during the listing");
    assertThat(names(tier)).hasSize(3_000);
  }

  @Test
  void isRefusedWithTheServersTroubleWhileRedisIsAway() {
    tier.put("k", "v");
    proxy.refuse();
    proxy.cut();
    await().until(() -> first(tier) instanceof Listing.Refused);
    await().untilAsserted(() -> assertRefused(first(tier), Reason.OPEN, "is not connected"));
    assertThat(tier.tier().stats().refused()).isPositive();
  }

  @Test
  void aPageOfAServerThatHangsIsLate() {
    fill(10);
    server.freeze();
    CompletableFuture<Listing> listing = tier.tier().list(SPACE, null);
    scheduler.skip(Duration.ofSeconds(31));
    assertRefused(join(listing), Reason.LATE, "");
    server.thaw();
  }

  @Test
  void aClusterIsListedServerByServerAndIsRefusedWhenKeysHaveMoved() {
    try (RedisCluster cluster = RedisCluster.of(2);
        TierProbe over = TierProbe.open(Redis.cluster(cluster.url())
            .commandTimeout(Duration.ofSeconds(30))
            .connectTimeout(Duration.ofSeconds(30)))) {
      for (int i = 0; i < 50; i++) {
        over.put("k" + i, "v");
      }
      assertThat(names(over)).hasSize(50);
      Listing.Page page = (Listing.Page) first(over);
      int slot = SlotHash.getSlot("icm:cache::k0");
      int from = cluster.owner(slot);
      cluster.move(slot, from, 1 - from);
      Listing last = page;
      while (last instanceof Listing.Page more && more.next() != null) {
        last = page(over, more.next());
      }
      assertRefused(last, Reason.OPEN, "keys moved");
      assertThat(names(over)).hasSize(50);
    }
  }
}
