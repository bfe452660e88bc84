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
import io.intelligentcache.disk.OpenDisk;
import io.intelligentcache.disk.internal.file.Environment;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Scheduler;
import io.intelligentcache.tier.Tier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Waits and pauses of the disk tier. The time stands until a test advances it. */
final class DiskTimeoutsTest {
  private static final Outcome LATE = new Outcome.Refused(Reason.LATE);

  @TempDir
  Path directory;

  private final FakeScheduler scheduler = new FakeScheduler();
  private final HeldDisk disk = new HeldDisk();

  private DiskTier openTier(Scheduler timer, SegmentOutput.Opener files) {
    return OpenDisk.of(
        Disk.at(directory).maximumBytes(SMALL),
        new Environment(new FakeTime(), timer, BOOT, files));
  }

  /** A tier whose writer hangs while it writes, until the disk lets it go. */
  private DiskTier hanging() {
    DiskTier tier = openTier(scheduler, disk);
    put(tier, "k", "old");
    put(tier, "k", "older"); // acknowledged when it is in the file
    disk.hold(() -> tier.putAll(
        List.of(new Tier.Entry(key("held"), item("1")), new Tier.Entry(key("held"), item("2")))));
    return tier;
  }

  /** Counts how often a thread reads the clock. */
  private final class AskedTimer implements Scheduler {
    final AtomicInteger asked = new AtomicInteger();

    @Override
    public long nanos() {
      asked.incrementAndGet();
      return scheduler.nanos();
    }

    @Override
    public Future<?> schedule(Runnable work, long delayNanos) {
      return scheduler.schedule(work, delayNanos);
    }

    /** Waits until the writer has looked several times whether it is time to write. */
    void awaitLooks() {
      int before = asked.get();
      Awaitility.await().until(() -> asked.get() >= before + 6);
    }
  }

  @Test
  void aFirstPutIsWrittenWhenItIsFiftyMillisecondsOld() {
    var timer = new AskedTimer();
    var writes = new AtomicInteger();
    SegmentOutput.Opener files = file -> new WatchedOutput(SegmentOutput.toFile(file)) {
      @Override
      public void write(ByteBuffer from, int position) throws IOException {
        super.write(from, position);
        writes.incrementAndGet();
      }
    };
    try (DiskTier tier = openTier(timer, files)) {
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
    scheduler.advance(Duration.ofSeconds(1));
    Awaitility.await().until(() -> scheduler.pending() > 0); // it has looked, and will look again
  }

  @Test
  void anOperationThatWaitsForAHangingWriterIsRefusedAfterFiveSeconds() {
    try (DiskTier tier = hanging()) {
      CompletableFuture<Outcome> removal = tier.remove(key("k"));
      for (int second = 1; second < 5; second++) {
        second();
        assertThat(removal).as("after %s seconds", second).isNotDone();
      }
      for (int second = 5; second < 8; second++) { // it may have looked just before
        second();
      }
      Awaitility.await().until(removal::isDone);
      assertThat(removal).isCompletedWithValue(LATE);
      assertThat(get(tier, "k")).isNull();
      disk.letGo();
      assertThat(put(tier, "k", "new")).isEqualTo(Outcome.DONE);
    }
  }

  @Test
  void whileTheTierClosesAnOperationIsRefusedAfterHalfASecond() {
    try (DiskTier tier = hanging()) {
      CompletableFuture<Outcome> removal = tier.remove(key("k"));
      tier.closing();
      scheduler.advance(Duration.ofMillis(499));
      assertThat(removal).isNotDone();
      scheduler.advance(Duration.ofMillis(1));
      Awaitility.await().until(removal::isDone);
      assertThat(removal).isCompletedWithValue(LATE);
      disk.letGo();
    }
  }

  @Test
  void closeWaitsFiveSecondsForAHangingWriterAndLeavesNoDeadlineBehind() {
    DiskTier tier = hanging();
    CompletableFuture<Outcome> removal = tier.remove(key("k"));
    long before = scheduler.pending();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(tier::close);
    Awaitility.await().until(() -> scheduler.pending() > before);
    scheduler.advance(Duration.ofSeconds(5).minusNanos(1));
    Awaitility.await().until(() -> scheduler.pending() > before); // it still waits
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
    try (DiskTier tier = openTier(scheduler, disk)) {
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
    try (DiskTier tier = openTier(scheduler, disk)) {
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
