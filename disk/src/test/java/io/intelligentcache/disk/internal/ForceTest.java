package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static io.intelligentcache.disk.internal.Fixture.SMALL;
import static io.intelligentcache.disk.internal.Fixture.item;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.put;
import static io.intelligentcache.disk.internal.Fixture.putForSure;
import static io.intelligentcache.disk.internal.Fixture.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.ForcePolicy;
import io.intelligentcache.disk.OpenDisk;
import io.intelligentcache.disk.internal.file.Environment;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Written data is synced to the device when the policy says so. */
final class ForceTest {
  @TempDir
  Path directory;

  private final List<String> forced = new CopyOnWriteArrayList<>();
  private volatile boolean broken;

  private final FakeScheduler scheduler = new FakeScheduler();
  private final WatchedScheduler timer = new WatchedScheduler(scheduler);
  private final HeldDisk disk = new HeldDisk();

  private DiskTier open(ForcePolicy policy) {
    return OpenDisk.of(
        Disk.at(directory).maximumBytes(SMALL).force(policy),
        new Environment(new FakeTime(), timer, BOOT, this::noting));
  }

  private SegmentOutput noting(Path file) throws IOException {
    return new WatchedOutput(disk.open(file)) {
      @Override
      public void force() throws IOException {
        if (broken) {
          throw new IOException("made to fail");
        }
        super.force();
        forced.add(file.getFileName().toString());
      }
    };
  }

  private static void fillThreeSegments(DiskTier tier) {
    for (int i = 0; i < 300; i++) {
      putForSure(tier, "k" + i, value("k" + i, 9_000));
    }
    put(tier, "k0", "again"); // acknowledged when all before is in the files
  }

  @Test
  void neverIsLeftToTheSystemUntilTheTierIsClosed() {
    try (DiskTier tier = open(ForcePolicy.NEVER)) {
      fillThreeSegments(tier);
      assertThat(forced).isEmpty();
    }
  }

  @Test
  void perSegmentForcesTheFullOnes() {
    try (DiskTier tier = open(ForcePolicy.PER_SEGMENT)) {
      fillThreeSegments(tier);
      Awaitility.await().until(() -> forced.containsAll(List.of("seg-00000", "seg-00001")));
      assertThat(forced).doesNotContain("seg-00002");
    }
  }

  @Test
  void byTimeForcesWhatWasWrittenSince() {
    var minute = Duration.ofMinutes(1);
    try (DiskTier tier = open(ForcePolicy.every(minute))) {
      put(tier, "k", "v1");
      put(tier, "k", "v2"); // acknowledged when it is in the file
      scheduler.advance(Duration.ofSeconds(59));
      assertThat(timer.count(minute)).as("no run has ended").isEqualTo(1);
      assertThat(forced).isEmpty();
      scheduler.advance(Duration.ofSeconds(1));
      Awaitility.await().until(() -> forced.equals(List.of("seg-00000")));
      Awaitility.await().until(() -> timer.count(minute) == 2); // the next run is scheduled
      put(tier, "k", "v3");
      scheduler.advance(minute);
      Awaitility.await().until(() -> forced.equals(List.of("seg-00000", "seg-00000")));
    }
  }

  @Test
  void aDeviceThatFailsTurnsWritesOffForThirtySecondsEvenIfAWriteSucceedsMeanwhile() {
    try (DiskTier tier = open(ForcePolicy.every(Duration.ofMinutes(1)))) {
      broken = true;
      put(tier, "k", "v1");
      put(tier, "k", "v2"); // acknowledged when it is in the file
      scheduler.advance(Duration.ofSeconds(59));
      CompletableFuture<Outcome> held = disk.hold(() -> tier.put(key("k"), item("v3")));
      scheduler.advance(Duration.ofSeconds(1));
      Awaitility.await().until(() -> !tier.stats().available());
      disk.letGo();
      assertThat(Fixture.await(held)).isEqualTo(Outcome.DONE);
      assertThat(put(tier, "other", "v")).isEqualTo(new Outcome.Refused(Reason.OPEN));
      scheduler.advance(Duration.ofSeconds(30).minusNanos(1));
      assertThat(tier.stats().available()).isFalse();
      scheduler.advance(Duration.ofNanos(1));
      assertThat(put(tier, "other", "v")).isEqualTo(Outcome.DONE);
    }
  }

  @Test
  void timesThatCantBeMeantAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ForcePolicy.every(Duration.ofMillis(1)))
        .withMessage("l2.force-interval (ForcePolicy.every) must be 10ms to 1d: PT0.001S");
    assertThatIllegalArgumentException().isThrownBy(() -> ForcePolicy.every(Duration.ZERO));
  }
}
