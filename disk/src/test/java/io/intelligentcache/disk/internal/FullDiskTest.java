package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static io.intelligentcache.disk.internal.Fixture.open;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.Seed;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.TierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A real file system that has no free byte, or is read-only. */
final class FullDiskTest {
  private static final int KILOBYTES = 5_000;
  private static final long MORE_THAN_FITS = 8_000_000;

  @TempDir
  Path mountPoint;

  @RegisterExtension
  private final Seed seed = new Seed();

  private final String what = "seed " + seed;
  private final Random random = seed.random();
  private final FakeTime time = new FakeTime();
  private final Ledger ledger = new Ledger("users", 60);
  private @Nullable SmallFileSystem mounted;
  private Path directory = Path.of("");

  @BeforeEach
  void mount() throws IOException {
    mounted = SmallFileSystem.mount(mountPoint, KILOBYTES);
    directory = mountPoint.resolve("cache");
  }

  @AfterEach
  void unmount() throws IOException {
    if (mounted != null) {
      mounted.close();
    }
  }

  private SmallFileSystem disk() {
    return requireNonNull(mounted);
  }

  private DiskTier openTier(long maximum) {
    return open(directory, maximum, time, BOOT, SegmentOutput::toFile);
  }

  /** Puts small values and a few large ones, so that segments begin, fill and are freed. */
  private void load(DiskTier tier, int steps, String what) {
    for (int i = 0; i < steps; i++) {
      int key = random.nextInt(ledger.keys());
      if (random.nextInt(20) == 0) {
        ledger.remove(tier, key);
      } else {
        ledger.put(tier, key, random.nextInt(100_000));
      }
      ledger.has(tier, key, what);
    }
  }

  private static int refusedOf(DiskTier tier) {
    return (int) tier.stats().refused();
  }

  @Test
  void aTierThatFillsItsDiskGoesOnWithWhatItHas() throws IOException {
    try (DiskTier tier = openTier(MORE_THAN_FITS)) {
      load(tier, 300, what);
      assertThat(refusedOf(tier)).as("%s, the disk was full", what).isPositive();
      ledger.check(tier, what);
      long before = tier.stats().writes();
      for (int i = 0; i < 5; i++) { // the disk stays full: it uses the room it has
        time.advance(Duration.ofMinutes(11));
        load(tier, 100, what);
      }
      assertThat(tier.stats().writes()).as(what).isGreaterThan(before);
      ledger.check(tier, what);
      disk().fill();
      time.advance(Duration.ofMinutes(11));
      load(tier, 100, what);
      disk().grow(2 * KILOBYTES);
      time.advance(Duration.ofMinutes(11));
      comesBack(tier);
      ledger.check(tier, what);
    }
    ledger.crashed();
    try (DiskTier tier = openTier(MORE_THAN_FITS)) {
      assertThat(ledger.check(tier, what)).as(what).isPositive();
    }
  }

  private void comesBack(DiskTier tier) {
    assertThat(ledger.overwrite(tier, 0, 10)).as(what).isEqualTo(Outcome.DONE);
    assertThat(ledger.has(tier, 0, what)).isTrue();
    assertThat(tier.stats().available()).isTrue();
  }

  @Test
  void aDiskThatIsFullWhenItOpensIsReadAndWrittenToOnceThereIsRoom() throws IOException {
    try (DiskTier tier = openTier(4_000_000)) {
      load(tier, 60, what);
      ledger.put(tier, 1, 10);
      ledger.put(tier, 1, 10);
    }
    disk().fill();
    for (int round = 0; round < 2; round++) {
      try (DiskTier tier = openTier(4_000_000)) {
        assertThat(ledger.check(tier, what)).as(what).isPositive();
        load(tier, 20, what);
        ledger.remove(tier, 1);
        assertThat(ledger.has(tier, 1, what)).isFalse();
      }
      ledger.crashed();
    }
    disk().free();
    try (DiskTier tier = openTier(4_000_000)) {
      ledger.check(tier, what);
      comesBack(tier);
    }
  }

  @Test
  void aDiskThatFillsUpBeforeItClosesLosesNothingThatWasAnswered() throws IOException {
    try (DiskTier tier = openTier(4_000_000)) {
      for (int key = 0; key < 20; key++) {
        ledger.put(tier, key, 1_000);
        ledger.put(tier, key, 1_000); // acknowledged when the file has it
      }
      disk().fill();
    }
    try (DiskTier tier = openTier(4_000_000)) {
      assertThat(ledger.check(tier, what)).isEqualTo(20);
    }
  }

  @Test
  void anEmptyDirectoryOnAFullDiskOpensAndComesBack() throws IOException {
    Files.createDirectory(directory);
    disk().fill();
    try (DiskTier tier = openTier(4_000_000)) {
      load(tier, 20, what);
      assertThat(ledger.overwrite(tier, 0, 10)).as(what).isInstanceOf(Outcome.Refused.class);
      assertThat(ledger.check(tier, what)).as(what).isZero();
      disk().free();
      time.advance(Duration.ofMinutes(11));
      comesBack(tier);
    }
    try (DiskTier tier = openTier(4_000_000)) {
      assertThat(ledger.has(tier, 0, what)).isTrue();
    }
  }

  @Test
  void aReadOnlyFileSystemIsRefusedAndLeftAsItIs() throws IOException {
    try (DiskTier tier = openTier(4_000_000)) {
      comesBack(tier);
    }
    assertThat(disk().readOnly()).isTrue();
    assertThatThrownBy(() -> openTier(4_000_000))
        .isInstanceOf(TierException.class)
        .hasMessageContaining("can't be used")
        .hasMessageContaining("Read-only");
    disk().writable();
    try (DiskTier tier = openTier(4_000_000)) {
      assertThat(ledger.has(tier, 0, what)).isTrue();
    }
  }
}
