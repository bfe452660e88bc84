package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static io.intelligentcache.disk.internal.Fixture.SMALL;
import static io.intelligentcache.disk.internal.Fixture.USERS;
import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.get;
import static io.intelligentcache.disk.internal.Fixture.item;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.put;
import static io.intelligentcache.disk.internal.Fixture.putForSure;
import static io.intelligentcache.disk.internal.Fixture.remove;
import static io.intelligentcache.disk.internal.Fixture.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.OpenDisk;
import io.intelligentcache.disk.internal.FaultyFiles.Access;
import io.intelligentcache.disk.internal.file.Environment;
import io.intelligentcache.disk.internal.file.Quarantine;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device that can't read one segment. */
final class UnreadableDiskTest {
  private static final Lookup BROKEN = new Lookup.Refused(Reason.BROKEN);
  private static final int KEYS = 300;

  /** The file of the first segment of a store, and its first entries. */
  private static final String BAD = "seg-00000";

  @TempDir(factory = InMemory.class)
  Path directory;

  private final FakeScheduler scheduler = new FakeScheduler();
  private final AtomicInteger tries = new AtomicInteger();
  private FaultyFiles files = new FaultyFiles(Path.of(""));

  private DiskTier filled() {
    files = new FaultyFiles(directory);
    DiskTier tier = OpenDisk.of(
        Disk.at(files.path(directory)).maximumBytes(SMALL),
        new Environment(new FakeTime(), scheduler, BOOT, SegmentOutput::toFile));
    for (int i = 0; i < KEYS; i++) {
      await(tier.put(key("k" + i), item(value("v" + i, 8_000))));
    }
    put(tier, "k299", value("v299", 8_000)); // acknowledged when all is in the file
    files.fault((access, file) -> {
      if (access == Access.READ && file.endsWith(BAD)) {
        tries.incrementAndGet();
        throw new IOException("made to fail: input/output error");
      }
    });
    return tier;
  }

  private static Lookup read(DiskTier tier, int i) {
    return await(tier.get(key("k" + i)));
  }

  @Test
  void itsEntriesAreRefusedAndCountedAllOthersAreRead() {
    try (DiskTier tier = filled()) {
      int refused = 0;
      for (int i = 0; i < KEYS; i++) {
        Lookup answer = read(tier, i);
        refused += answer.equals(BROKEN) ? 1 : 0;
        if (!answer.equals(BROKEN)) {
          assertThat(get(tier, "k" + i)).isEqualTo(value("v" + i, 8_000));
        }
      }
      assertThat(refused).isBetween(20, KEYS / 2);
      assertThat(tier.stats().refused()).isEqualTo(refused);
      assertThat(tier.stats().damaged()).isZero();
      assertThat(put(tier, "k1", "new")).isEqualTo(Outcome.DONE);
      assertThat(get(tier, "k1")).isEqualTo("new");
      assertThat(remove(tier, "k2")).isEqualTo(Outcome.DONE);
      assertThat(get(tier, "k2")).isNull();
    }
  }

  @Test
  void itIsLeftAloneForAMinuteAndThenTriedAgain() {
    try (DiskTier tier = filled()) {
      for (int i = 0; i < 20; i++) {
        assertThat(read(tier, i)).isEqualTo(BROKEN);
      }
      assertThat(tries.get()).isEqualTo(Quarantine.FAILURES);
      scheduler.advance(Duration.ofSeconds(59));
      assertThat(read(tier, 3)).isEqualTo(BROKEN);
      assertThat(tries.get()).isEqualTo(Quarantine.FAILURES);
      scheduler.advance(Duration.ofSeconds(2));
      assertThat(read(tier, 3)).isEqualTo(BROKEN);
      assertThat(tries.get()).isGreaterThan(Quarantine.FAILURES);
      files.fault((access, file) -> {});
      for (int i = 0; i < 20; i++) {
        assertThat(get(tier, "k" + i)).isEqualTo(value("v" + i, 8_000));
      }
    }
  }

  @Test
  void aFewFailuresOverALongTimeAreNoReasonToLeaveItAlone() {
    try (DiskTier tier = filled()) {
      for (int i = 0; i < 30; i++) {
        assertThat(read(tier, 3)).isEqualTo(BROKEN);
        scheduler.advance(Duration.ofMinutes(1));
      }
      files.fault((access, file) -> {});
      assertThat(get(tier, "k3")).isEqualTo(value("v3", 8_000));
    }
  }

  @Test
  void anotherLifeOfTheFileIsReadAtOnce() {
    try (DiskTier tier = filled()) {
      for (int i = 0; i < 20; i++) {
        read(tier, i);
      }
      files.fault((access, file) -> {});
      assertThat(read(tier, 3)).isEqualTo(BROKEN);
      for (int i = 0; i < 2_000; i++) {
        putForSure(tier, "l" + i, value("w" + i, 8_000));
        putForSure(tier, "l" + i, value("x" + i, 8_000));
        assertThat(get(tier, "l" + i)).isEqualTo(value("x" + i, 8_000));
      }
      assertThat(tier.stats().evictions()).isPositive();
    }
  }

  @Test
  void whatCannotBeLookedAtIsNotSaidToBeRemoved() {
    try (DiskTier tier = filled()) {
      Outcome outcome = await(tier.removeMatching(USERS, key -> true));
      assertThat(outcome).isEqualTo(new Outcome.Refused(Reason.BROKEN));
      files.fault((access, file) -> {});
      assertThat(await(tier.removeMatching(USERS, key -> true))).isInstanceOf(Outcome.Done.class);
      for (int i = 0; i < KEYS; i++) {
        assertThat(read(tier, i)).isEqualTo(Lookup.MISS);
      }
    }
  }

  @Test
  void clearingNeedsNoReading() {
    try (DiskTier tier = filled()) {
      assertThat(await(tier.clear(USERS))).isInstanceOf(Outcome.Done.class);
      for (int i = 0; i < KEYS; i++) {
        assertThat(read(tier, i)).isNotInstanceOf(Lookup.Hit.class);
      }
    }
  }
}
