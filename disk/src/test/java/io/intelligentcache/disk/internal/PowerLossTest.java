package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static io.intelligentcache.disk.internal.Fixture.SMALL;
import static io.intelligentcache.disk.internal.Fixture.copy;
import static io.intelligentcache.disk.internal.Fixture.get;
import static io.intelligentcache.disk.internal.Fixture.item;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.open;
import static io.intelligentcache.disk.internal.Fixture.put;
import static io.intelligentcache.disk.internal.Fixture.remove;
import static io.intelligentcache.disk.internal.Fixture.segments;
import static io.intelligentcache.disk.internal.Fixture.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.disk.internal.FaultyFiles.Access;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.format.HintFile;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changes that the operating system loses at a loss of power, and disks without room for a
 * manifest.
 */
final class PowerLossTest {
  /** Large enough that two segments are kept free. */
  private static final long TWO_SPARE = 20_000_000;

  @TempDir
  Path directory;

  private final FakeTime time = new FakeTime();

  /** The zeros in the header of a freed segment are not synced, so the old header may come back. */
  @Test
  void aFreedSegmentThatComesBackAfterACleanCloseDoesNotCount() throws IOException {
    Path live = directory.resolve("live");
    Path before = directory.resolve("before");
    List<String> gone = new ArrayList<>();
    try (DiskTier tier = open(live, TWO_SPARE)) {
      fill(tier, "k", 1_500);
    }
    copy(live, before);
    try (DiskTier tier = open(live, TWO_SPARE)) {
      fill(tier, "l", 900); // until the oldest are freed
      Awaitility.await().until(() -> tier.stats().bytes() < 17.5 * (1 << 20));
      for (int i = 0; i < 1_500; i++) {
        if (get(tier, "k" + i) == null) {
          gone.add("k" + i);
          remove(tier, "k" + i); // needs no tombstone: the log does not have it
        }
      }
    }
    UUID boot = new UUID(7, 7); // the system was started again
    int back = 0;
    for (Path old : segments(before)) {
      Path file = live.resolve(old.getFileName());
      if (Files.exists(file) && Files.readAllBytes(file)[0] == 0) {
        Files.copy(old, file, StandardCopyOption.REPLACE_EXISTING);
        Path side = HintFile.of(old);
        Files.copy(side, HintFile.of(file), StandardCopyOption.REPLACE_EXISTING);
        back++;
      }
    }
    assertThat(back).isPositive();
    try (DiskTier tier = open(live, TWO_SPARE, time, boot, SegmentOutput::toFile)) {
      assertThat(gone).isNotEmpty().allMatch(key -> get(tier, key) == null);
      assertThat(get(tier, "l899")).isEqualTo(value("l899", 9_000));
      assertThat(get(tier, "k1499")).isEqualTo(value("k1499", 9_000));
    }
  }

  /** The manifest is overwritten in place when there is no room for another. */
  @Test
  void aStoreOnAFullDiskOpensWithAllItHas() throws IOException {
    try (DiskTier tier = open(directory)) {
      fill(tier, "k", 10);
    }
    Path full = withoutRoomForAManifest().path(directory);
    try (DiskTier tier = open(full)) {
      assertThat(get(tier, "k3")).isEqualTo(value("k3", 9_000));
      assertThat(remove(tier, "k3")).isInstanceOf(Outcome.Done.class);
    }
    try (DiskTier tier = open(full)) {
      assertThat(get(tier, "k3")).isNull();
      assertThat(get(tier, "k4")).isEqualTo(value("k4", 9_000));
    }
  }

  @Test
  void anEmptyStoreOnAFullDiskOpensRefusesAndComesBackByItself() throws IOException {
    FaultyFiles files = withoutRoomForAManifest();
    try (DiskTier tier = open(files.path(directory), SMALL, time, BOOT, SegmentOutput::toFile)) {
      assertThat(get(tier, "k")).isNull();
      var unused =
          tier.put(key("k"), item("first")); // a first put is acknowledged before it is written
      assertThat(put(tier, "k", "second")).isInstanceOf(Outcome.Refused.class);
      assertThat(get(tier, "k")).isNull();
      assertThat(tier.stats().available()).isFalse();
      assertThat(put(tier, "k", "third")).isEqualTo(new Outcome.Refused(Reason.OPEN));

      files.fault((access, file) -> {});
      time.advance(Duration.ofSeconds(31));
      put(tier, "k", "fourth");
      assertThat(put(tier, "k", "fifth")).isEqualTo(Outcome.DONE);
    }
    try (DiskTier tier = open(directory)) {
      assertThat(get(tier, "k")).isEqualTo("fifth");
    }
  }

  /** A disk without a free byte: no second manifest can be created. */
  private FaultyFiles withoutRoomForAManifest() {
    var files = new FaultyFiles(directory);
    files.fault((access, file) -> {
      if (access == Access.OPEN_TO_WRITE && file.endsWith("MANIFEST.tmp")) {
        throw new IOException("made to fail: no space left on device");
      }
    });
    return files;
  }

  private static void fill(DiskTier tier, String prefix, int entries) {
    for (int i = 0; i < entries; i++) {
      while (!(put(tier, prefix + i, value(prefix + i, 9_000)) instanceof Outcome.Done)) {
        Thread.onSpinWait(); // the writer may be late on a busy machine
      }
    }
  }
}
