package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static io.intelligentcache.disk.internal.Fixture.SMALL;
import static io.intelligentcache.disk.internal.Fixture.get;
import static io.intelligentcache.disk.internal.Fixture.item;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.open;
import static io.intelligentcache.disk.internal.Fixture.put;
import static io.intelligentcache.disk.internal.Fixture.remove;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.ForcePolicy;
import io.intelligentcache.disk.OpenDisk;
import io.intelligentcache.disk.internal.file.Environment;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Tier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Waits and pauses of the disk tier. The time stands until a test advances it. */
final class DiskTimeoutsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Outcome LATE = new Outcome.Refused(Reason.LATE);

  @TempDir
  Path directory;

  private final FakeScheduler scheduler = new FakeScheduler();
  private final WatchedScheduler timer = new WatchedScheduler(scheduler);
  private final HeldDisk disk = new HeldDisk();

  private DiskTier openTier(ForcePolicy policy, SegmentOutput.Opener files) {
    return OpenDisk.of(
        Disk.at(directory).maximumBytes(SMALL).force(policy),
        new Environment(new FakeTime(), timer, BOOT, files));
  }

  /** A tier whose writer hangs while it writes, until the disk lets it go. */
  private DiskTier hanging(ForcePolicy policy) {
    DiskTier tier = openTier(policy, disk);
    put(tier, "k", "old");
    put(tier, "k", "older"); // acknowledged when it is in the file
    var unused = disk.hold(() -> tier.putAll(
        List.of(new Tier.Entry(key("held"), item("1")), new Tier.Entry(key("held"), item("2")))));
    return tier;
  }

  @Test
  void aFirstPutIsWrittenWhenItIsFiftyMillisecondsOld() {
    var writes = new AtomicInteger();
    SegmentOutput.Opener files = file -> new WatchedOutput(SegmentOutput.toFile(file)) {
      @Override
      public void write(ByteBuffer from, int position) throws IOException {
        super.write(from, position);
        writes.incrementAndGet();
      }
    };
    try (DiskTier tier = openTier(ForcePolicy.NEVER, files)) {
      assertThat(put(tier, "k", "v")).isEqualTo(Outcome.DONE);
      timer.awaitLooks();
      scheduler.advance(Duration.ofMillis(49));
      timer.awaitLooks();
      assertThat(writes).hasValue(0);
      scheduler.advance(Duration.ofMillis(1));
      Awaitility.await().until(() -> writes.get() > 0);
    }
  }

  /** Advances the time by a second. Then the tier looks which operations wait for too long. */
  private void second() {
    int before = timer.count(SECOND);
    scheduler.advance(SECOND);
    Awaitility.await().until(() -> timer.count(SECOND) > before); // it has looked, and will again
  }

  @Test
  void anOperationThatWaitsForAHangingWriterIsRefusedAfterFiveSeconds() {
    try (DiskTier tier = hanging(ForcePolicy.NEVER)) {
      CompletableFuture<Outcome> removal = tier.remove(key("k"));
      CompletableFuture<Duration> refusedAt = removal.thenApply(outcome -> timer.lastRead());
      for (int second = 1; second <= 5; second++) {
        second();
      }
      assertThat(Fixture.await(refusedAt)).isEqualTo(Duration.ofSeconds(5));
      assertThat(removal).isCompletedWithValue(LATE);
      assertThat(get(tier, "k")).isNull();
      disk.letGo();
      assertThat(put(tier, "k", "new")).isEqualTo(Outcome.DONE);
    }
  }

  @Test
  void whileTheTierClosesAnOperationIsRefusedAfterHalfASecond() {
    try (DiskTier tier = hanging(ForcePolicy.NEVER)) {
      CompletableFuture<Outcome> removal = tier.remove(key("k"));
      tier.closing();
      assertThat(timer.count(Duration.ofMillis(500))).isEqualTo(1); // nothing looks before that
      scheduler.advance(Duration.ofMillis(499));
      assertThat(removal).isNotDone();
      scheduler.advance(Duration.ofMillis(1));
      Awaitility.await().until(removal::isDone);
      assertThat(removal).isCompletedWithValue(LATE);
      disk.letGo();
    }
  }

  private static Stream<ForcePolicy> policies() {
    return Stream.of(ForcePolicy.NEVER, ForcePolicy.every(Duration.ofMinutes(1)));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void closeWaitsFiveSecondsForAHangingWriterAndLeavesNoDeadlineBehind(ForcePolicy policy) {
    DiskTier tier = hanging(policy);
    CompletableFuture<Outcome> removal = tier.remove(key("k"));
    CompletableFuture<Void> closing = CompletableFuture.runAsync(tier::close);
    Awaitility.await().until(() -> timer.count(Duration.ofSeconds(5)) == 1);
    scheduler.advance(Duration.ofSeconds(5).minusNanos(1));
    assertThat(closing).isNotDone();
    scheduler.advance(Duration.ofNanos(1));
    Awaitility.await().until(closing::isDone);
    Awaitility.await().until(removal::isDone);
    assertThat(removal).isCompletedWithValue(LATE);
    Awaitility.await().until(() -> scheduler.pending() == 0);
    scheduler.close();
    disk.letGo();
    try (DiskTier again = open(directory)) { // the tier has closed by itself
      assertThat(get(again, "k")).isNull();
    }
  }

  @Test
  void aDirectoryThatWasRemovedIsNoticedWithinASecond() throws IOException {
    try (DiskTier tier = openTier(ForcePolicy.NEVER, disk)) {
      put(tier, "k", "old");
      assertThat(put(tier, "k", "older")).isEqualTo(Outcome.DONE);
      Files.delete(directory.resolve("LOCK"));
      assertThat(put(tier, "k", "unnoticed")).isEqualTo(Outcome.DONE);
      scheduler.advance(Duration.ofSeconds(1).plusNanos(1));
      assertThat(put(tier, "k", "noticed")).isEqualTo(new Outcome.Refused(Reason.BROKEN));
    }
  }

  @Test
  void aStoreThatCannotBeInvalidatedIsTriedAgainEachSecond() throws IOException {
    Path manifest = directory.resolve("MANIFEST");
    try (DiskTier tier = openTier(ForcePolicy.NEVER, disk)) {
      put(tier, "k", "old");
      put(tier, "k", "older");
      disk.full = true;
      put(tier, "k", "n".repeat(9_999));
      Files.delete(manifest);
      Path inTheWay = Files.createDirectories(manifest.resolve("in the way"));
      assertThat(Fixture.await(tier.clear(Fixture.USERS)))
          .isEqualTo(new Outcome.Refused(Reason.BROKEN));
      Files.delete(inTheWay);
      scheduler.advance(Duration.ofSeconds(1));
      Awaitility.await().until(() -> !Files.exists(manifest));
      assertThat(remove(tier, "absent")).isEqualTo(Outcome.DONE);
      disk.full = false;
    }
  }
}
