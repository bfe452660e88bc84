package io.intelligentcache.redis.internal;

import static io.intelligentcache.redis.internal.TierProbe.hit;
import static io.intelligentcache.redis.internal.TierProbe.item;
import static io.intelligentcache.redis.internal.TierProbe.join;
import static io.intelligentcache.redis.internal.TierProbe.key;
import static io.intelligentcache.redis.internal.TierProbe.patient;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.redis.FaultProxy;
import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.RedisServerProcess;
import io.intelligentcache.redis.internal.clock.Versions;
import io.intelligentcache.redis.internal.record.RecordFormat;
import io.intelligentcache.redis.internal.record.RecordKind;
import io.intelligentcache.redis.internal.record.StoredRecord;
import io.intelligentcache.redis.internal.script.Arguments;
import io.intelligentcache.redis.internal.script.Script;
import io.intelligentcache.redis.internal.settings.Retention;
import io.intelligentcache.tier.Beginning;
import io.intelligentcache.tier.Claim;
import io.intelligentcache.tier.Condition;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.SharedTier;
import io.intelligentcache.tier.Tier;
import io.intelligentcache.tier.TierContexts;
import io.intelligentcache.tier.Version;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which of two writes is kept, as the scripts decide it in Redis. */
final class RedisVersionOrderTest {
  private static final String NAME = "icm:cache::k";
  private static final Duration LEASE = Duration.ofMinutes(1);

  private final RedisServerProcess server = RedisServerProcess.launch();
  private final RawRedis raw = new RawRedis(server);
  private final TierProbe tier = TierProbe.open(patient(server.url()));
  private final TierProbe other = TierProbe.open(patient(server.url()));

  @AfterEach
  void stop() {
    tier.close();
    other.close();
    raw.close();
    server.close();
  }

  private static SharedTier shared(TierProbe probe) {
    return (SharedTier) probe.tier();
  }

  private Claim.Lease lease(TierProbe of) {
    Claim claim = join(shared(of).claim(key("k"), LEASE, Version.NONE, Version.NONE));
    assertThat(claim).isInstanceOf(Claim.Lease.class);
    return (Claim.Lease) claim;
  }

  private static Outcome fill(TierProbe by, String value, Claim.Lease lease) {
    return join(
        shared(by).putIf(new Tier.Entry(key("k"), item(value)), new Condition.Leased(lease)));
  }

  /** Stores a record as an instance with this number writes it. */
  private void plant(RecordKind kind, Version version) {
    byte[] payload = kind == RecordKind.VALUE ? "planted".getBytes(UTF_8) : new byte[0];
    raw.commands()
        .set(
            NAME,
            new RecordFormat(1_000)
                .write(
                    NAME.getBytes(UTF_8),
                    new StoredRecord(
                        kind,
                        version,
                        Versions.micros(version.time()) / 1_000,
                        0,
                        Item.NEVER,
                        7,
                        payload.length,
                        false,
                        payload)));
  }

  @Test
  void theSameTimeOfAnotherWriterIsAnotherVersion() {
    assertThat(tier.put("k", "mine")).isEqualTo(Outcome.DONE);
    Version mine = ((Lookup.Hit) tier.get("k")).item().version();
    assertThat(join(shared(tier).revalidate(key("k"), mine))).isEqualTo(Lookup.UNCHANGED);
    plant(RecordKind.VALUE, new Version(mine.time(), mine.writer() + 1));
    assertThat(join(shared(tier).revalidate(key("k"), mine))).isEqualTo(hit("planted"));
    assertThat(join(shared(tier)
            .putIf(new Tier.Entry(key("k"), item("v")), new Condition.Unchanged(mine, null))))
        .isEqualTo(Outcome.UNMET);
  }

  @Test
  void aLeaseTakesThePlaceOfTheVeryValueThatItNames() {
    tier.put("k", "old");
    Version old = ((Lookup.Hit) tier.get("k")).item().version();
    assertThat(join(shared(other)
            .claim(key("k"), LEASE, Version.NONE, new Version(old.time(), old.writer() + 1))))
        .isInstanceOf(Claim.Present.class);
    Claim taken = join(shared(other).claim(key("k"), LEASE, Version.NONE, old));
    assertThat(taken).isInstanceOf(Claim.Lease.class);
    Claim.Lease lease = (Claim.Lease) taken;
    assertThat(lease.begun().version()).isGreaterThan(old);
    assertThat(tier.get("k")).isEqualTo(Lookup.MISS);
    assertThat(join(shared(tier).claim(key("k"), LEASE, Version.NONE, old)))
        .isInstanceOf(Claim.Held.class);
    assertThat(join(shared(tier).revalidate(key("k"), old)))
        .as("who can read it has it still")
        .isEqualTo(Lookup.UNCHANGED);
    assertThat(fill(other, "loaded", lease)).isInstanceOf(Outcome.Stored.class);
    assertThat(tier.get("k")).isEqualTo(hit("loaded"));
    assertThat(join(shared(tier).claim(key("k"), LEASE, Version.NONE, old)))
        .isInstanceOf(Claim.Present.class);
  }

  @Test
  void whatIsOlderThanAValueStaysRefusedWhileAndAfterALeaseIsInItsPlace() {
    tier.put("k", "old");
    Version old = ((Lookup.Hit) tier.get("k")).item().version();
    Claim taken = join(shared(other).claim(key("k"), Duration.ofMillis(1), Version.NONE, old));
    assertThat(taken).isInstanceOf(Claim.Lease.class);
    assertThat(raw.commands().pttl(NAME))
        .as("as long as a tombstone would stay, though the lease ends at once")
        .isGreaterThan(Retention.DEFAULTS.writes().toMillis());
    shared(other).release(key("k"), (Claim.Lease) taken);
    assertThat(join(shared(other).revalidate(key("k"), old))).isEqualTo(Lookup.UNCHANGED);
    assertThat(raw.commands().pttl(NAME))
        .isGreaterThan(Retention.DEFAULTS.writes().toMillis());
    assertThat(raw.version(NAME)).isEqualTo(old.time());
  }

  @Test
  void ofTwoLeasesTheVersionIsDatedByTheClaim() {
    Claim.Lease lease = lease(tier);
    long claimed = raw.micros();
    raw.letPass(50);
    assertThat(fill(tier, "loaded", lease))
        .isEqualTo(new Outcome.Stored(lease.begun().version()));
    assertThat(raw.version(NAME))
        .isEqualTo(lease.begun().version().time())
        .isLessThan(claimed + 1_000 * tier.clockErrorMillis());
  }

  @Test
  void aPutThatWasCalledDuringALoadStaysThoughItArrivesAfterWhatWasLoaded() {
    try (FaultProxy proxy = FaultProxy.before(server.port());
        TierProbe slow = TierProbe.open(patient(proxy.url()))) {
      Claim.Lease lease = lease(tier);
      TierProbe.letPass(raw, tier, slow);
      proxy.stallRequests();
      var put = slow.tier().put(key("k"), item("new"));
      assertThat(fill(tier, "old", lease)).isInstanceOf(Outcome.Stored.class);
      proxy.heal();
      assertThat(join(put)).isInstanceOf(Outcome.Stored.class);
      assertThat(tier.get("k")).isEqualTo(hit("new"));
    }
  }

  @Test
  void aLoadIsDatedAfterATombstoneThatIsAheadOfItsClaim() {
    plant(RecordKind.TOMBSTONE, new Version(raw.micros() + 900_000, 1));
    Claim.Lease lease = lease(tier);
    assertThat(lease.begun().version().time()).isGreaterThan(raw.micros());
    assertThat(fill(tier, "loaded", lease)).isInstanceOf(Outcome.Stored.class);
    assertThat(tier.get("k")).isEqualTo(hit("loaded"));
  }

  @Test
  void whatIsLoadedForARefreshIsDatedByItsBeginning() {
    tier.put("k", "v");
    Version before = ((Lookup.Hit) tier.get("k")).item().version();
    Beginning begun = shared(tier).begin();
    raw.letPass(20);
    assertThat(join(shared(tier)
            .putIf(new Tier.Entry(key("k"), item("w")), new Condition.Unchanged(before, begun))))
        .isEqualTo(new Outcome.Stored(begun.version()));
    assertThat(raw.version(NAME)).isEqualTo(begun.version().time());
  }

  @Test
  void aClearTakesWhatALoadFromBeforeItStoresWhateverItsVersion() {
    plant(RecordKind.TOMBSTONE, new Version(raw.micros() + 900_000, 1));
    Claim.Lease lease = lease(tier);
    TierProbe.letPass(raw, tier, other);
    assertThat(fill(tier, "old", lease)).isInstanceOf(Outcome.Stored.class);
    assertThat(join(other.tier().clear(TierProbe.SPACE))).isEqualTo(new Outcome.Done(1));
    assertThat(tier.get("k")).isEqualTo(Lookup.MISS);
  }

  /**
   * The scan of a removal may start much later. Until then a greater version does not prove that a record is newer.
   */
  @Test
  void aRemovalThatIsNotDoneHidesWhatBeganBeforeItWhateverItsVersion() {
    plant(RecordKind.TOMBSTONE, new Version(raw.micros() + 900_000, 1));
    Claim.Lease lease = lease(other);
    assertThat(fill(other, "old", lease)).isInstanceOf(Outcome.Stored.class);
    TierProbe.letPass(raw, tier, other);

    CountDownLatch walk = new CountDownLatch(1);
    var removal = tier.tier().removeMatching(TierProbe.SPACE, key -> {
      if (Thread.currentThread().getName().startsWith("icm-redis-sweep")) {
        awaitUninterruptibly(walk);
      }
      return true;
    });
    try {
      assertThat(tier.get("k")).isEqualTo(new Lookup.Refused(Reason.BROKEN));
      TierProbe.letPass(raw, tier, other);
      assertThat(other.put("k", "new")).isEqualTo(Outcome.DONE);
      TierProbe.letPass(raw, tier, other);
      assertThat(tier.get("k")).isEqualTo(hit("new"));
    } finally {
      walk.countDown();
    }
    assertThat(join(removal)).isInstanceOf(Outcome.Done.class);
    assertThat(tier.get("k")).isEqualTo(hit("new"));
  }

  /** A clock that was learnt from a late answer is behind by half of the delay. */
  @Test
  void aClearTakesWhatOthersWroteHoweverWrongTheClockOfItsInstanceMayBe() {
    for (int late : new int[] {1, Integer.MAX_VALUE}) {
      try (FaultProxy proxy = FaultProxy.before(server.port())) {
        proxy.delayTimes(Duration.ofMillis(200), late);
        try (TierProbe wrong = TierProbe.open(patient(proxy.url()))) {
          assertThat(other.put("k", "old")).isEqualTo(Outcome.DONE);
          assertThat(join(wrong.tier().clear(TierProbe.SPACE))).isEqualTo(new Outcome.Done(1));
        }
        assertThat(tier.get("k")).isEqualTo(Lookup.MISS);
      }
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Of two sweeps, the one with the lesser version may be the later one, if a clock was behind. */
  @Test
  void ofTwoSweepsTheGreaterVersionAndTheLaterCallBothCount() {
    long now = raw.micros();
    assertThat(raised(now - 2_000, 1, now - 1_000)).containsExactly(now - 2_000, 1, now - 1_000);
    assertThat(raised(now - 5_000, 2, now - 500)).containsExactly(now - 2_000, 0, now - 500);
    assertThat(raised(now - 6_000, 3, now - 6_000)).containsExactly(now - 2_000, 0, now - 500);
    assertThat(raised(now, 4, now)).containsExactly(now, 4, now);
    assertThat(raised(now - 9_000_000, 7, now - 9_000_000, now - 9_000_000))
        .as("by an instance whose clock is behind")
        .containsExactly(now, 0, now);
    long ahead = now + SECONDS.toMicros(1_000);
    assertThat(raised(ahead, 5, ahead)).containsExactly(ahead, 5, ahead);
    long[] capped = raised(now, 6, now + 1);
    assertThat(capped[0]).as("yet to come: of a clock that was set back").isBetween(now, ahead - 1);
    assertThat(capped[2]).isBetween(now + 1, ahead - 1);
  }

  /** The generation of the space after a sweep has raised it: version, writer, bound. */
  private long[] raised(long time, long writer, long micros) {
    return raised(time, writer, micros, raw.micros());
  }

  private long[] raised(long time, long writer, long micros, long present) {
    byte[] sweep = ByteBuffer.allocate(3 * Long.BYTES)
        .putLong(time)
        .putLong(writer)
        .putLong(micros)
        .array();
    raw.run(
        Script.GENERATION,
        "generation",
        sweep,
        Arguments.decimal(60_000),
        Arguments.decimal(present));
    ByteBuffer kept = ByteBuffer.wrap(raw.commands().get("generation"));
    return new long[] {kept.getLong(), kept.getLong(), kept.getLong()};
  }

  @Test
  void aLoadFromBeforeAClearIsNotStoredAfterIt() {
    Claim.Lease lease = lease(tier);
    TierProbe.letPass(raw, tier, other);
    join(other.tier().clear(TierProbe.SPACE));
    assertThat(fill(tier, "old", lease)).isNotInstanceOf(Outcome.Stored.class);
    assertThat(tier.get("k")).isEqualTo(Lookup.MISS);
    Claim.Lease later = lease(tier);
    assertThat(fill(tier, "new", later)).isInstanceOf(Outcome.Stored.class);
  }

  @Test
  void aVersionThatNobodyCanHaveDrawnIsDamageAndMakesNoKeyUnwritable() {
    long now = raw.micros();
    for (long time : new long[] {
      (1L << 62) - 1,
      (1L << 62) - 2,
      500L << Versions.EPOCH_SHIFT,
      now + Duration.ofDays(30).toNanos() / 1_000
    }) {
      for (RecordKind kind : new RecordKind[] {RecordKind.VALUE, RecordKind.TOMBSTONE}) {
        Version planted = new Version(time, -1);
        plant(kind, planted);
        assertThat(tier.put("k", "v")).as("%s %s", kind, time).isEqualTo(Outcome.DONE);
        assertThat(other.get("k")).isEqualTo(hit("v"));
        plant(kind, planted);
        assertThat(tier.remove("k")).isEqualTo(Outcome.DONE);
        assertThat(other.get("k")).isEqualTo(Lookup.MISS);
      }
      plant(RecordKind.VALUE, new Version(time, -1));
      long damaged = tier.tier().stats().damaged();
      assertThat(tier.get("k")).isEqualTo(Lookup.MISS);
      assertThat(tier.tier().stats().damaged()).isEqualTo(damaged + 1);
      await().atMost(20, SECONDS).until(() -> {
        byte[] found = raw.commands().get(NAME);
        return found == null || found[1] == RecordKind.TOMBSTONE.code;
      });
      assertThat(raw.version(NAME)).isLessThan(raw.micros() + 1_000_000);
    }
  }

  @Test
  void aChangeThatArrivesMoreThanItsLifeAfterItsCallIsRefusedWhateverIsStored() {
    tier.put("k", "v");
    Version version = ((Lookup.Hit) tier.get("k")).item().version();
    var time = new FakeTime();
    try (TierProbe paused = new TierProbe(patient(server.url()).open(TierContexts.of(time)))) {
      paused.awaitAvailable();
      time.advance(Duration.ofMinutes(-1)); // Redis ran for a minute, this process did not
      assertThat(paused.put("k", "w")).isEqualTo(new Outcome.Refused(Reason.LATE));
      var unchanged = new Condition.Unchanged(version, null);
      assertThat(join(shared(paused).putIf(new Tier.Entry(key("k"), item("w")), unchanged)))
          .isNotInstanceOf(Outcome.Stored.class);
      assertThat(join(shared(paused).removeIf(key("k"), unchanged)))
          .isNotInstanceOf(Outcome.Stored.class);
      assertThat(other.get("k")).isIn(hit("v"), Lookup.MISS); // the put is replaced by a tombstone
    }
  }

  /** Otherwise an earlier put with a version by the right clock would undo it. */
  @Test
  void whatTakesThePlaceOfAWriteByAWrongClockIsDatedByTheRightOne() {
    var time = new FakeTime();
    try (TierProbe paused = new TierProbe(patient(server.url()).open(TierContexts.of(time)))) {
      paused.awaitAvailable();
      time.advance(Duration.ofMinutes(-1));
      paused.remove("removed");
      paused.put("put", "v");
      long recent = raw.micros() - SECONDS.toMicros(30);
      await().until(() -> raw.commands().exists("icm:cache::removed", "icm:cache::put") == 2);
      await().until(() -> raw.version("icm:cache::removed") > recent);
      await().until(() -> raw.version("icm:cache::put") > recent);
    }
  }
}
