package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.hit;
import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static io.intelligentcache.redis.internal.TierProbe.patient;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.tier.Claim;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.TierKey;
import io.intelligentcache.tier.Version;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Values under names of the cache that are too large for a record, or are no strings. */
final class RedisForeignValuesTest {
  private static final String NAME = "icm:cache::k";
  private static final int HUGE = 50_000_000;
  private static final int LARGEST = 100_000;
  private static final RedisServerProcess SERVER = RedisServerProcess.launch();
  private static final RawRedis RAW = new RawRedis(SERVER);

  private final TierProbe tier = TierProbe.open(patient(SERVER.url()).maximumItemBytes(LARGEST));
  private final SharedTier shared = (SharedTier) tier.tier();

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
  void noReadFetchesMoreThanTheLargestRecord() {
    tier.put("good", "v");
    makeHuge();
    long before = sentBytes();
    assertThat(tier.get("k")).isEqualTo(Lookup.MISS);
    assertThat(join(shared.getAll(List.of(key("k"), key("good"), key("none")))))
        .containsExactly(Lookup.MISS, hit("v"), Lookup.MISS);
    assertThat(join(shared.getAll(many()))).containsOnly(Lookup.MISS, hit("v"));
    assertThat(join(shared.revalidate(key("k"), new Version(5, 1)))).isEqualTo(Lookup.MISS);
    assertThat(join(shared.claim(key("k"), Duration.ofMinutes(1), Version.NONE, Version.NONE)))
        .isEqualTo(new Claim.Refused(Reason.BROKEN)); // another instance may be able to read it
    assertThat(sentBytes() - before).isLessThan(10L * LARGEST);
    assertThat(tier.tier().stats().damaged()).isEqualTo(5);
    assertThat(RAW.commands().strlen(NAME)).isEqualTo(HUGE);
    assertThat(tier.put("k", "v")).isEqualTo(Outcome.DONE);
    assertThat(tier.get("k")).isEqualTo(hit("v"));
  }

  @Test
  void theLargestItemThatMayBeStoredIsRead() {
    byte[] payload = new byte[LARGEST];
    var largest = new Item(payload, payload.length, false, 7, Item.NEVER);
    join(shared.put(key("k"), largest));
    assertThat(tier.get("k")).isEqualTo(new Lookup.Hit(largest));
    assertThat(join(shared.getAll(List.of(key("k"))))).containsExactly(new Lookup.Hit(largest));
  }

  @Test
  void aReadOfManyLargeValuesBringsAllOfThemInBoundedReplies() {
    byte[] payload = new byte[LARGEST];
    var largest = new Item(payload, payload.length, false, 7, Item.NEVER);
    var keys = IntStream.range(0, 128).mapToObj(i -> key("large" + i)).toList();
    keys.forEach(key -> join(shared.put(key, largest)));
    try (TierProbe unaware = TierProbe.open(patient(SERVER.url()))) { // it does not know their size
      assertThat(join(unaware.tier().getAll(keys))).containsOnly(new Lookup.Hit(largest));
    }
  }

  @Test
  void aListUnderOneKeyIsDamageAndHidesNoOtherKey() {
    tier.put("good", "v");
    RAW.commands().rpush(NAME, "element".getBytes(UTF_8));
    assertThat(tier.get("k")).isEqualTo(Lookup.MISS);
    assertThat(join(shared.getAll(List.of(key("good"), key("k"), key("good")))))
        .containsExactly(hit("v"), Lookup.MISS, hit("v"));
    assertThat(join(shared.getAll(many()))).containsOnly(Lookup.MISS, hit("v"));
    assertThat(join(shared.revalidate(key("k"), new Version(5, 1)))).isEqualTo(Lookup.MISS);
    assertThat(tier.tier().stats().damaged()).isEqualTo(4);
    assertThat(tier.put("k", "v")).isEqualTo(Outcome.DONE);
    assertThat(tier.get("k")).isEqualTo(hit("v"));
  }

  /** More keys than are read by single commands. */
  private static List<TierKey> many() {
    return IntStream.range(0, 100)
        .mapToObj(i -> key(i == 50 ? "k" : i == 51 ? "good" : "none" + i))
        .toList();
  }

  /** The header of a record, so that scripts take the value for a record, and more bytes than any record has. */
  private void makeHuge() {
    tier.put("k", "v");
    RAW.commands().setrange(NAME, HUGE - 1, new byte[1]);
  }

  private static long sentBytes() {
    return RAW.commands()
        .info("stats")
        .lines()
        .filter(line -> line.startsWith("total_net_output_bytes:"))
        .mapToLong(line -> Long.parseLong(line.split(":", 2)[1]))
        .sum();
  }
}
