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
import io.intelligentcache.redis.internal.record.RecordFormat;
import io.intelligentcache.redis.internal.record.RecordKind;
import io.intelligentcache.redis.internal.record.StoredRecord;
import io.intelligentcache.tier.Claim;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.SharedStats;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Version;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Conditional writes on damaged records, other formats and kinds, and a server that has forgotten the scripts. */
final class RedisRecordsTest {
  private static final RedisServerProcess SERVER = RedisServerProcess.launch();
  private static final RawRedis RAW = new RawRedis(SERVER);
  private static final Redis CONFIG = Redis.at(SERVER.url())
      .commandTimeout(Duration.ofSeconds(20))
      .connectTimeout(Duration.ofSeconds(20));
  private static final String NAME = "icm:cache::k";

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
  void aDamagedVersionDoesNotRefuseLaterWrites() {
    tier.put("k", "v");
    byte[] good = RAW.commands().get(NAME);
    for (int bit = 0; bit < 8 * 20; bit++) {
      if (bit / 8 >= 4 && bit / 8 < 8) {
        continue; // the checksum itself: the version is right
      }
      byte[] flipped = good.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      RAW.commands().set(NAME, flipped);
      assertThat(tier.put("k", "after " + bit)).isEqualTo(Outcome.DONE);
      assertThat(tier.get("k")).as("bit %s", bit).isEqualTo(hit("after " + bit));
    }
    assertThat(stats().supersededWrites()).isZero();
  }

  @Test
  void foreignBytesAreMissesAndWrittenOver() {
    for (String foreign : List.of("", "x", "a".repeat(20), "{\"json\": true}", "b".repeat(500))) {
      RAW.commands().set(NAME, foreign.getBytes(UTF_8));
      assertThat(tier.get("k")).isEqualTo(Lookup.MISS);
      tier.put("k", "v");
      assertThat(tier.get("k")).isEqualTo(hit("v"));
      RAW.commands().set(NAME, foreign.getBytes(UTF_8));
      tier.remove("k");
      assertThat(RAW.commands().getrange(NAME, 1, 1)).containsExactly(RecordKind.TOMBSTONE.code);
    }
    assertThat(tier.tier().stats().damaged()).isEqualTo(4); // an empty text counts as no value
  }

  @Test
  void aValueOfTheOlderFormatIsAMissButNoDamage() {
    byte[] older = new byte[45];
    older[0] = (byte) 0xC1;
    RAW.commands().set(NAME, older);
    assertThat(tier.get("k")).isEqualTo(Lookup.MISS);
    assertThat(tier.tier().stats().damaged()).isZero();
    assertThat(join(tier.tier().clear(SPACE))).isEqualTo(new Outcome.Done(1));
    RAW.commands().set(NAME, older);
    tier.put("k", "v");
    assertThat(tier.get("k")).isEqualTo(hit("v"));
  }

  @Test
  void aLeaseInTheFormOfAValueIsAMissWithAVersion() {
    RAW.commands().set(NAME, record(RecordKind.LEASE, 5));
    assertThat(tier.get("k")).isEqualTo(Lookup.MISS);
    tier.put("k", "v");
    assertThat(tier.get("k")).isEqualTo(hit("v"));
    assertThat(tier.tier().stats().damaged()).isZero();
  }

  @Test
  void theGreatestVersionOfAllSpoilsNoOtherKey() {
    for (RecordKind kind : List.of(RecordKind.VALUE, RecordKind.TOMBSTONE)) {
      RAW.commands().set(NAME, record(kind, (1L << 62) - 1));
      tier.get("k");
      tier.put("k", "v");
      tier.remove("k");
      assertThat(tier.put("other", "v")).isEqualTo(Outcome.DONE);
      assertThat(tier.get("other")).isEqualTo(hit("v"));
    }
  }

  @Test
  void aLeaseFromBeforeTheClockOfRedisWasSetBackHoldsUpNobody() {
    Duration life = Duration.ofMinutes(1);
    var shared = (SharedTier) tier.tier();
    try (TierProbe other = TierProbe.open(CONFIG)) {
      assertThat(
              join(((SharedTier) other.tier()).claim(key("k"), life, Version.NONE, Version.NONE)))
          .isInstanceOf(Claim.Lease.class);
    }
    assertThat(join(shared.claim(key("k"), life, Version.NONE, Version.NONE)))
        .isInstanceOf(Claim.Held.class);
    byte[] lease = RAW.commands().get(NAME);
    ByteBuffer end = ByteBuffer.wrap(lease, 32, Long.BYTES);
    lease = ByteBuffer.wrap(lease)
        .putLong(32, end.getLong() + Duration.ofHours(1).toMillis())
        .array();
    RAW.commands().set(NAME, lease);
    assertThat(join(shared.claim(key("k"), life, Version.NONE, Version.NONE)))
        .isInstanceOf(Claim.Lease.class);
  }

  @Test
  void aClaimThatKnowsTheValueLearnsThatItIsUnchanged() {
    var shared = (SharedTier) tier.tier();
    Duration life = Duration.ofMinutes(1);
    tier.put("k", "v");
    Item there = ((Lookup.Hit) tier.get("k")).item();
    Version known = there.version();
    assertThat(join(shared.claim(key("k"), life, known, Version.NONE))).isEqualTo(Claim.UNCHANGED);
    var other = new Version(known.time(), known.writer() + 1);
    assertThat(join(shared.claim(key("k"), life, other, Version.NONE)))
        .isInstanceOfSatisfying(
            Claim.Present.class, present -> assertThat(present.item().version()).isEqualTo(known));
    tier.put("k", "w");
    assertThat(join(shared.claim(key("k"), life, known, Version.NONE)))
        .isInstanceOf(Claim.Present.class);
    tier.remove("k");
    assertThat(join(shared.claim(key("k"), life, known, Version.NONE)))
        .isInstanceOf(Claim.Lease.class);
  }

  @Test
  void aDamagedValueIsClaimedAtOnce() {
    tier.put("k", "value");
    byte[] record = RAW.commands().get(NAME);
    record[record.length - 1] ^= 1;
    RAW.commands().set(NAME, record);
    var shared = (SharedTier) tier.tier();
    assertThat(join(shared.claim(key("k"), Duration.ofMinutes(1), Version.NONE, Version.NONE)))
        .isInstanceOf(Claim.Lease.class);
  }

  @Test
  void whateverIsUnderAKeyALeaseOfItIsToBeHadInTheEnd() {
    var shared = (SharedTier) tier.tier();
    assertThat(join(shared.claim(key("k"), Duration.ofMinutes(1), Version.NONE, Version.NONE)))
        .isInstanceOf(Claim.Lease.class);
    byte[] lease = RAW.commands().get(NAME);
    tier.put("k", "v");
    byte[] value = RAW.commands().get(NAME);
    tier.remove("k");
    byte[] tombstone = RAW.commands().get(NAME);
    for (byte[] record : List.of(lease, value, tombstone)) {
      for (int length = 0; length <= record.length; length++) {
        byte[] cut = Arrays.copyOf(record, length);
        if (length == record.length) {
          cut[length - 1] ^= 1;
        }
        RAW.commands().set(NAME, cut);
        await()
            .alias("cut at " + length)
            .atMost(5, SECONDS)
            .until(() ->
                join(shared.claim(key("k"), Duration.ofMinutes(1), Version.NONE, Version.NONE))
                    instanceof Claim.Lease);
      }
    }
    RAW.commands().del(NAME);
    RAW.commands().lpush(NAME, value);
    assertThat(join(shared.claim(key("k"), Duration.ofMinutes(1), Version.NONE, Version.NONE)))
        .isInstanceOf(Claim.Lease.class);
  }

  @Test
  void whenTheClockOfRedisWasSetBackVersionsStillGrow() {
    long ahead = RAW.micros() + Duration.ofHours(1).toNanos() / 1_000;
    RAW.commands().set(NAME, record(RecordKind.VALUE, ahead));
    // It is unknown which of the two is later, so neither is read.
    assertThat(tier.put("k", "v")).isEqualTo(new Outcome.Refused(Reason.BROKEN));
    await().atMost(20, SECONDS).until(() -> {
      Lookup seen = tier.get("k");
      assertThat(seen).isIn(new Lookup.Refused(Reason.BROKEN), Lookup.MISS);
      return seen.equals(Lookup.MISS);
    });
    tier.put("k", "later");
    assertThat(tier.get("k")).isEqualTo(hit("later"));
    assertThat(RAW.version(NAME)).isBetween(ahead + 1, ahead + 100_000_000);
  }

  @Test
  void aWriteAfterAReadIsAfterWhatWasRead() {
    long ahead = RAW.micros() + 900_000;
    RAW.commands().set(NAME, record(RecordKind.VALUE, ahead));
    assertThat(tier.get("k")).isInstanceOf(Lookup.Hit.class);
    tier.put("k", "v");
    assertThat(tier.get("k")).isEqualTo(hit("v"));
    assertThat(RAW.version(NAME)).isGreaterThan(ahead);
  }

  @Test
  void aServerThatForgotTheProgramsGetsThemAgain() {
    tier.put("k", "v");
    RAW.commands().scriptFlush();
    assertThat(tier.put("k", "w")).isEqualTo(Outcome.DONE);
    assertThat(tier.get("k")).isEqualTo(hit("w"));
    long reloads = stats().scriptReloads(); // of write.lua, and perhaps of clock.lua
    assertThat(reloads).isBetween(1L, 2L);
    assertThat(tier.put("k", "x")).isEqualTo(Outcome.DONE);
    assertThat(stats().scriptReloads()).isBetween(reloads, 2L);
    RAW.commands().scriptFlush();
    assertThat(join(tier.tier().clear(SPACE))).isEqualTo(new Outcome.Done(1));
    assertThat(tier.remove("k")).isEqualTo(Outcome.DONE);
    assertThat(stats().scriptReloads()).isGreaterThanOrEqualTo(reloads + 3);
  }

  @Test
  void aReadSentBehindAWriteThatHasToBeRepeatedDoesNotSeeTheOldValue() {
    for (int i = 0; i < 50; i++) {
      tier.put("k" + i, "old");
      RAW.commands().scriptFlush();
      var put = tier.tier().put(key("k" + i), item("new"));
      Lookup seen = join(tier.tier().get(key("k" + i)));
      assertThat(seen).isIn(new Lookup.Refused(Reason.BROKEN), Lookup.MISS, hit("new"));
      assertThat(TierProbe.done(join(put))).isEqualTo(Outcome.DONE);
    }
  }

  private static byte[] record(RecordKind kind, long version) {
    byte[] payload = kind == RecordKind.VALUE ? new byte[] {1} : new byte[0];
    return new RecordFormat(1_000)
        .write(
            NAME.getBytes(UTF_8),
            new StoredRecord(
                kind,
                new Version(version, 1),
                0,
                0,
                Long.MAX_VALUE,
                7,
                payload.length,
                false,
                payload));
  }

  private SharedStats stats() {
    return ((SharedTier) tier.tier()).sharedStats();
  }
}
