package io.intelligentcache.disk.internal.admission;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static io.intelligentcache.disk.internal.Fixture.SMALL;
import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.get;
import static io.intelligentcache.disk.internal.Fixture.item;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.put;
import static io.intelligentcache.disk.internal.Fixture.putForSure;
import static io.intelligentcache.disk.internal.Fixture.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.intelligentcache.Seed;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.OpenDisk;
import io.intelligentcache.disk.internal.DiskTier;
import io.intelligentcache.disk.internal.file.Environment;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentGeometry;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Tier.Worth;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Entries that memory evicts are written if they seem worth a write. */
final class AdmissionTest {
  private static final Outcome DECLINED = new Outcome.Refused(Reason.DECLINED);

  @RegisterExtension
  private final Seed seed = new Seed();

  @TempDir
  Path directory;

  private final FakeTime time = new FakeTime();
  private final FakeScheduler scheduler = new FakeScheduler();

  private DiskTier open(Disk disk) {
    return OpenDisk.of(
        disk.maximumBytes(SMALL), new Environment(time, scheduler, BOOT, SegmentOutput::toFile));
  }

  private static Outcome offer(DiskTier tier, String key, boolean read) {
    return await(
        tier.offer(key(key), item(value(key, 1_000)), read ? Worth.READ : Worth.UNREAD, true));
  }

  private static void fill(DiskTier tier) {
    for (int i = 0; i < 1_100; i++) {
      putForSure(tier, "filler" + i, value("filler", 8_000));
    }
    await(tier.remove(key("filler1099"))); // acknowledged when all before is in the files
    Awaitility.await().until(() -> tier.stats().bytes() <= SMALL * 7 / 8); // one segment is free
  }

  @Test
  void everythingIsTakenWhileThereIsRoomThatWasNeverUsed() {
    try (DiskTier tier = open(Disk.at(directory))) {
      for (int i = 0; i < 1_000; i++) {
        assertThat(offer(tier, "k" + i, false)).isEqualTo(Outcome.DONE);
      }
    }
  }

  /** A small tier keeps one segment free, not two. */
  @Test
  void aSmallTierUsesAllItHasBeforeItChooses() {
    long taken = 0;
    try (DiskTier tier = OpenDisk.of(
        Disk.at(directory).maximumBytes(4_000_000), time, BOOT, SegmentOutput::toFile)) {
      Outcome answer = Outcome.DONE;
      for (int i = 0; !answer.equals(DECLINED); i++) {
        answer = offer(tier, "k" + i, false);
        taken += answer == Outcome.DONE ? RecordHeader.size(0, 1_000) : 0;
      }
    }
    SegmentGeometry geometry = SegmentGeometry.of(4_000_000);
    assertThat(taken).isGreaterThan((long) ((geometry.segments() - 2.5) * geometry.segmentBytes()));
  }

  @Test
  void onceItIsFullOnlyWhatWasReadOrComesAgain() {
    try (DiskTier tier = open(Disk.at(directory))) {
      fill(tier);
      long refused = tier.stats().refused();
      assertThat(offer(tier, "read", true)).isEqualTo(Outcome.DONE);
      assertThat(offer(tier, "twice", false)).isEqualTo(DECLINED);
      assertThat(get(tier, "twice")).isNull();
      assertThat(offer(tier, "twice", false)).isEqualTo(Outcome.DONE);
      assertThat(get(tier, "twice")).isNotNull();
      assertThat(tier.stats().declined()).isEqualTo(1);
      assertThat(tier.stats().refused()).isEqualTo(refused);
    }
    try (DiskTier tier = open(Disk.at(directory))) {
      assertThat(offer(tier, "other", false)).as("full from the start").isEqualTo(DECLINED);
    }
  }

  @Test
  void whatIsDeclinedTakesItsOlderValueAlong() {
    try (DiskTier tier = open(Disk.at(directory))) {
      fill(tier);
      put(tier, "k", "old");
      assertThat(offer(tier, "k", false)).isEqualTo(DECLINED);
      assertThat(get(tier, "k")).isNull();
    }
    try (DiskTier tier = open(Disk.at(directory))) {
      assertThat(get(tier, "k")).isNull();
    }
  }

  @Test
  void noMoreIsTakenThanTheBudgetAllows() {
    try (DiskTier tier = open(Disk.at(directory).writeBudget(10_000))) {
      int taken = 0;
      for (int second = 0; second < 20; second++) {
        for (int i = 0; i < 50; i++) {
          taken += offer(tier, second + "." + i, true) == Outcome.DONE ? 1 : 0;
        }
        scheduler.advance(Duration.ofSeconds(1));
      }
      assertThat(taken).isBetween(20 * 9, 20 * 10 + 1);
      assertThat(put(tier, "put", "is no offer")).isEqualTo(Outcome.DONE);
    }
  }

  @Test
  void anOverwriteBeyondTheBudgetIsDeclinedAndRemovesTheEarlierValue() {
    try (DiskTier tier = open(Disk.at(directory).writeBudget(500))) {
      assertThat(offer(tier, "k", true)).isEqualTo(Outcome.DONE);
      assertThat(offer(tier, "k", true)).isEqualTo(DECLINED);
      assertThat(get(tier, "k")).isNull();
    }
  }

  @Test
  void whatIsTooLargeSpendsNothing() {
    try (DiskTier tier = open(Disk.at(directory).writeBudget(1_000_000))) {
      var large =
          await(tier.offer(key("large"), item(value("large", 10_000_000)), Worth.READ, true));
      assertThat(large).isEqualTo(new Outcome.Refused(Reason.TOO_LARGE));
      assertThat(offer(tier, "k", true)).isEqualTo(Outcome.DONE);
    }
  }

  @Test
  void savingsEnd() {
    WriteBudget budget = new WriteBudget(1_000, scheduler::nanos);
    scheduler.advance(Duration.ofDays(1));
    int taken = 0;
    while (budget.take(100)) {
      taken++;
    }
    assertThat(taken).isEqualTo(100);
  }

  @Test
  void anEntryLargerThanTheSavingsGetsItsTurn() {
    WriteBudget budget = new WriteBudget(1_000, scheduler::nanos);
    assertThat(budget.take(1_000_000)).isTrue();
    scheduler.advance(Duration.ofSeconds(998));
    assertThat(budget.take(1)).isFalse();
    scheduler.advance(Duration.ofSeconds(2));
    assertThat(budget.take(1)).isTrue();
  }

  @Test
  void aBudgetOfNothingIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Disk.at(directory).writeBudget(0))
        .withMessage("l2.write-budget (Disk.writeBudget) must be 1B to 1024TiB: 0");
  }

  @Test
  void theDoorkeeperKnowsTheLastKeysAndFewOthers() {
    Random random = seed.random();
    Doorkeeper doorkeeper = new Doorkeeper();
    int memory = 1 << 14;
    int wrong = 0;
    long[] keys = random.longs(100_000).toArray();
    for (long key : keys) {
      wrong += doorkeeper.seen(key, () -> memory) ? 1 : 0;
    }
    assertThat(wrong / (double) keys.length).as("seed %s", seed).isLessThan(0.06);
    for (int i = keys.length - memory; i < keys.length; i++) {
      assertThat(doorkeeper.seen(keys[i], () -> memory)).isTrue();
    }
    int old = 0;
    for (int i = 0; i < memory; i++) {
      old += doorkeeper.seen(keys[i], () -> memory) ? 1 : 0;
    }
    assertThat(old).isLessThan(memory / 10);
  }
}
