package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.SPACE;
import static io.intelligentcache.redis.internal.TierProbe.hit;
import static io.intelligentcache.redis.internal.TierProbe.item;
import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static io.intelligentcache.redis.internal.TierProbe.patient;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.FaultProxy;
import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.Redis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.redis.internal.command.Futures;
import io.intelligentcache.tier.Claim;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls with many keys: the number of commands in flight, and the order among other calls. */
final class RedisBulkTest {
  private static final int SIZE = 20_000;
  private static final List<TierKey> KEYS =
      IntStream.range(0, SIZE).mapToObj(i -> key("k" + i)).toList();
  private static final TierKey LAST = KEYS.get(SIZE - 1);

  private final RedisServerProcess server = RedisServerProcess.launch();
  private final FaultProxy proxy = FaultProxy.before(server.port());
  private final RawRedis raw = new RawRedis(server);
  private final TierProbe tier = TierProbe.open(patient(proxy.url()));

  @AfterEach
  void stop() {
    tier.close();
    proxy.close();
    raw.close();
    server.close();
  }

  @Test
  void aBulkOfMoreThanMayBeOnTheirWayIsDoneWholeAndLeavesRoomForOthers() {
    try (TierProbe narrow = TierProbe.open(patient(server.url()).maximumPending(1_000))) {
      CompletableFuture<List<Outcome>> put = narrow.tier().putAll(entries("v"));
      assertThat(narrow.put("beside", "v")).isEqualTo(Outcome.DONE);
      assertThat(join(put)).hasSize(SIZE).allMatch(Outcome.Stored.class::isInstance);
      assertThat(join(narrow.tier().getAll(KEYS))).hasSize(SIZE).containsOnly(hit("v"));
      assertThat(join(narrow.tier().removeAll(KEYS))).containsOnly(Outcome.DONE);
      assertThat(join(narrow.tier().getAll(KEYS))).containsOnly(Lookup.MISS);
    }
  }

  /** A bulk load claims and stores every key by its own command. */
  @Test
  void aLoadOfMoreKeysThanMayBeOnTheirWayIsStoredWholeAndLeavesRoomForOthers() {
    try (TierProbe narrow = TierProbe.open(patient(server.url()).maximumPending(1_000))) {
      SharedTier shared = (SharedTier) narrow.tier();
      var claims = Futures.all(KEYS.stream()
          .map(key -> shared.claim(key, Duration.ofMinutes(1), Version.NONE, Version.NONE))
          .toList());
      assertThat(narrow.put("beside", "v")).isEqualTo(Outcome.DONE);
      List<Claim> taken = join(claims);
      assertThat(taken).hasSize(SIZE).allMatch(Claim.Lease.class::isInstance);
      var fills = Futures.all(IntStream.range(0, SIZE)
          .mapToObj(i -> shared.putIf(
              new Tier.Entry(KEYS.get(i), item("v")),
              new Condition.Leased((Claim.Lease) taken.get(i))))
          .toList());
      assertThat(narrow.put("beside", "w")).isEqualTo(Outcome.DONE);
      assertThat(join(fills)).hasSize(SIZE).allMatch(Outcome.Stored.class::isInstance);
      assertThat(join(narrow.tier().getAll(KEYS))).hasSize(SIZE).containsOnly(hit("v"));
    }
  }

  @Test
  void aReadBehindABulkSeesWhatTheBulkStores() {
    join(tier.tier().putAll(entries("old")));
    CompletableFuture<List<Outcome>> put = tier.tier().putAll(entries("new"));
    assertThat(put).isNotDone();
    assertThat(join(tier.tier().get(LAST))).isEqualTo(hit("new"));
    assertThat(join(tier.tier().getAll(KEYS.subList(SIZE - 50, SIZE)))).containsOnly(hit("new"));
    CompletableFuture<List<Outcome>> removed = tier.tier().removeAll(KEYS);
    assertThat(join(tier.tier().get(LAST))).isEqualTo(Lookup.MISS);
    join(put);
    join(removed);
    assertThat(join(tier.tier().getAll(KEYS))).containsOnly(Lookup.MISS);
  }

  @Test
  void aPutBehindABulkStaysAndSoDoesABulkBehindABulk() {
    CompletableFuture<List<Outcome>> first = tier.tier().putAll(entries("first"));
    CompletableFuture<List<Outcome>> second = tier.tier().putAll(entries("second"));
    CompletableFuture<Outcome> third = tier.tier().put(LAST, item("third"));
    join(first);
    join(second);
    join(third);
    assertThat(join(tier.tier().getAll(KEYS.subList(0, SIZE - 1)))).containsOnly(hit("second"));
    assertThat(join(tier.tier().get(LAST))).isEqualTo(hit("third"));
  }

  @Test
  void aConditionIsJudgedBehindTheBulk() {
    var shared = (SharedTier) tier.tier();
    CompletableFuture<List<Outcome>> put = tier.tier().putAll(entries("v"));
    CompletableFuture<Outcome> ifAbsent =
        shared.putIf(new Tier.Entry(LAST, item("w")), Condition.ABSENT);
    assertThat(join(ifAbsent)).isEqualTo(Outcome.UNMET);
    join(put);
    assertThat(join(tier.tier().get(LAST))).isEqualTo(hit("v"));
  }

  @Test
  void aClearBehindABulkTakesAllOfIt() {
    join(tier.tier().putAll(entries("old")));
    CompletableFuture<List<Outcome>> put = tier.tier().putAll(entries("new"));
    CompletableFuture<Outcome> clear = tier.tier().clear(SPACE);
    assertThat(join(tier.tier().get(LAST))).isNotEqualTo(hit("old"));
    join(put);
    assertThat(join(clear)).isInstanceOf(Outcome.Done.class);
    assertThat(raw.entries()).isEmpty();
    assertThat(join(tier.tier().get(LAST))).isEqualTo(Lookup.MISS);
  }

  @Test
  void aBulkEndsWhenRedisHangsAndNothingOldIsReadAfterIt() {
    try (TierProbe hasty =
        TierProbe.open(Redis.at(proxy.url()).commandTimeout(Duration.ofMillis(300)))) {
      TierKey watched = KEYS.get(SIZE - 1);
      join(tier.tier().put(watched, item("old")));
      server.freeze();
      assertThat(join(hasty.tier().putAll(entries("new"))))
          .hasSize(SIZE)
          .hasOnlyElementsOfType(Outcome.Refused.class)
          .contains(new Outcome.Refused(Reason.OPEN)); // most were never sent
      server.thaw();
      await().atMost(20, SECONDS).until(() -> {
        Lookup seen = join(hasty.tier().get(watched));
        assertThat(seen).isNotEqualTo(hit("old"));
        return !(seen instanceof Lookup.Refused);
      });
    }
  }

  private static List<Tier.Entry> entries(String value) {
    return KEYS.stream().map(key -> new Tier.Entry(key, item(value))).toList();
  }
}
