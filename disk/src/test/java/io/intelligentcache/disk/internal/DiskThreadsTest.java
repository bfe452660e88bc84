package io.intelligentcache.disk.internal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Memory;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.OpenDisk;
import io.intelligentcache.disk.internal.FaultyFiles.Access;
import io.intelligentcache.disk.internal.file.Environment;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.FakeScheduler;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Tier;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk tier's own threads, and the threads that read from it. */
final class DiskThreadsTest {
  private static final Outcome LATE = new Outcome.Refused(Reason.LATE);

  @TempDir
  Path directory;

  private static List<Thread> ofTheDisk() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("intelligent-cache-disk"))
        .toList();
  }

  @Test
  void inheritNoClassLoaderAndEndWithTheTier() throws Exception {
    List<Thread> others = ofTheDisk();
    var callers = new URLClassLoader(new URL[0]);
    Tier[] tier = new Tier[1];
    var scheduler = new FakeScheduler();
    var caller = new Thread(() -> tier[0] = OpenDisk.of(
        Disk.at(directory).maximumBytes(Fixture.SMALL),
        new Environment(new FakeTime(), scheduler, Fixture.BOOT, SegmentOutput::toFile)));
    caller.setContextClassLoader(callers);
    caller.start();
    caller.join();
    Fixture.put(tier[0], "k", "first");
    Fixture.put(tier[0], "k", "second"); // waits until the file has it
    Fixture.await(tier[0].removeMatching(Fixture.USERS, key -> false));
    scheduler.advance(Duration.ofSeconds(1)); // when it looks whether that has waited for too long
    assertThat(ofTheDisk())
        .filteredOn(thread -> !others.contains(thread))
        .extracting(Thread::getName)
        .contains(
            "intelligent-cache-disk-writer",
            "intelligent-cache-disk-reclaimer",
            "intelligent-cache-disk-deadline-1",
            "intelligent-cache-disk-sweep");
    assertThat(ofTheDisk()).noneMatch(thread -> thread.getContextClassLoader() == callers);
    tier[0].close();
    await().until(() -> others.containsAll(ofTheDisk()));
  }

  @Test
  void noReadOfACacheWaitsForADeviceThatHangs() {
    var hangs = new CountDownLatch(1);
    var hanging = new AtomicInteger();
    var files = new FaultyFiles(directory);
    try (var manager = TieredCacheManager.builder()
        .memory(Memory.ofBytes(1))
        .disk(Disk.at(files.path(directory)).maximumBytes(Fixture.SMALL))
        .build()) {
      var cache = manager.cache("c", String.class, String.class);
      for (String key : List.of("k1", "k2", "k3")) {
        cache.put(key, "old");
      }
      files.fault((access, file) -> {
        if (access == Access.READ) {
          hanging.incrementAndGet();
          wait(hangs);
        }
      });
      await()
          .until(
              () -> { // until then they are read from a write buffer
                boolean loaded = "loaded".equals(cache.get("k1", key -> "loaded"));
                return loaded && hanging.get() > 0;
              });
      assertThat(cache.async().get("k2", key -> "loaded"))
          .succeedsWithin(Duration.ofSeconds(30))
          .isIn("old", "loaded");
      assertThat(cache.get("never put", key -> "loaded")).isEqualTo("loaded");
      cache.invalidate("k3");
      assertThat(cache.get("k3")).isNull();
      hangs.countDown();
      assertThat(cache.get("k3")).isNull();
    }
  }

  @Test
  void aRemovalByPatternIsLateWhileTheDeviceHangs() {
    var scheduler = new FakeScheduler();
    var hangs = new CountDownLatch(1);
    var hanging = new AtomicInteger();
    var files = new FaultyFiles(directory);
    try (DiskTier tier = OpenDisk.of(
        Disk.at(files.path(directory)).maximumBytes(Fixture.SMALL),
        new Environment(new FakeTime(), scheduler, Fixture.BOOT, SegmentOutput::toFile))) {
      Fixture.put(tier, "k", "first");
      Fixture.put(tier, "k", "second");
      files.fault((access, file) -> {
        if (access == Access.READ) {
          hanging.incrementAndGet();
          wait(hangs);
        }
      });
      var removal = tier.removeMatching(Fixture.USERS, key -> true);
      var behindIt = tier.removeMatching(Fixture.USERS, key -> true);
      await().until(() -> hanging.get() > 0);
      assertThat(removal).isNotDone();
      for (int second = 1; second < 5; second++) {
        scheduler.advance(Duration.ofSeconds(1));
        await().until(() -> scheduler.pending() >= 2); // both are looked at once a second
        assertThat(removal).as("after %s seconds", second).isNotDone();
      }
      for (int second = 5; second < 8; second++) { // they may have been looked at just before
        scheduler.advance(Duration.ofSeconds(1));
        await().until(() -> scheduler.pending() >= 2 || removal.isDone());
      }
      await().until(() -> removal.isDone() && behindIt.isDone());
      assertThat(removal).isCompletedWithValue(LATE);
      assertThat(behindIt).isCompletedWithValue(LATE);
      hangs.countDown();
      await().until(() -> Fixture.get(tier, "k") == null); // the removal still happens
    }
  }

  private static void wait(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(60, SECONDS)) {
        throw new IOException("the test has not let go");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
