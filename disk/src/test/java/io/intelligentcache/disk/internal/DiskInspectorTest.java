package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.USERS;
import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.open;
import static io.intelligentcache.disk.internal.Fixture.put;
import static io.intelligentcache.disk.internal.Fixture.remove;
import static io.intelligentcache.disk.internal.Fixture.segments;
import static io.intelligentcache.disk.internal.Fixture.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.Seed;
import io.intelligentcache.disk.DiskInspection;
import io.intelligentcache.disk.DiskInspection.State;
import io.intelligentcache.disk.DiskInspector;
import io.intelligentcache.tier.TierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class DiskInspectorTest {
  @RegisterExtension
  private final Seed seed = new Seed();

  @TempDir
  Path directory;

  @Test
  void saysWhatIsThereWhileATierIsOpenAndAfter() {
    try (DiskTier tier = open(directory)) {
      for (int i = 0; i < 300; i++) {
        put(tier, "k" + i, value("v" + i, 9_000));
      }
      put(tier, "k0", "new");
      remove(tier, "k1");
      DiskInspection inspection = DiskInspector.inspect(directory);
      assertThat(inspection.state()).isEqualTo(State.DIRTY);
      assertThat(inspection.liveEntries()).isEqualTo(299);
      assertThat(inspection.damagedRecords()).isZero();
      assertThat(inspection.records()).isEqualTo(302);
    }
    DiskInspection inspection = DiskInspector.inspect(directory);
    assertThat(inspection.state()).isEqualTo(State.CLEAN);
    assertThat(inspection.formatVersion()).isEqualTo("5.0");
    assertThat(inspection.liveEntries()).isEqualTo(299);
    assertThat(inspection.liveBytes()).isBetween(298 * 9_000L, 300 * 9_200L);
    assertThat(inspection.segments()).hasSize(3).allMatch(s -> s.sealed());
    assertThat(inspection.fileBytes()).isLessThan(8_000_000);
    assertThat(inspection.note()).isEmpty();
    try (DiskTier tier = open(directory)) {
      assertThat(tier.stats().entries()).isEqualTo(299);
      await(tier.clear(USERS));
      assertThat(DiskInspector.inspect(directory).liveEntries()).isZero();
    }
  }

  @Test
  void changesNothing() throws IOException {
    try (DiskTier tier = open(directory)) {
      put(tier, "k", "v");
    }
    byte[] before = Files.readAllBytes(segments(directory).get(0));
    byte[] manifest = Files.readAllBytes(directory.resolve("MANIFEST"));
    DiskInspector.inspect(directory);
    assertThat(Files.readAllBytes(segments(directory).get(0))).isEqualTo(before);
    assertThat(Files.readAllBytes(directory.resolve("MANIFEST"))).isEqualTo(manifest);
  }

  @Test
  void countsDamageAndDoesNotThrow() throws IOException {
    try (DiskTier tier = open(directory)) {
      for (int i = 0; i < 300; i++) {
        put(tier, "k" + i, value("v" + i, 9_000));
      }
    }
    Random random = seed.random();
    for (int round = 0; round < 20; round++) {
      Path file = segments(directory).get(random.nextInt(3));
      byte[] bytes = Files.readAllBytes(file);
      bytes[random.nextInt(bytes.length)] ^= 4;
      Files.write(file, bytes);
      assertThat(DiskInspector.inspect(directory).liveEntries())
          .as("seed %s", seed)
          .isLessThan(301);
    }
    assertThat(DiskInspector.inspect(directory).damagedRecords()).isPositive();
    Files.delete(segments(directory).get(1));
    assertThat(DiskInspector.inspect(directory).note()).contains("missing");
    Files.write(directory.resolve("MANIFEST"), new byte[] {1, 2, 3});
    assertThat(DiskInspector.inspect(directory).state()).isEqualTo(State.UNREADABLE);
    Files.delete(directory.resolve("MANIFEST"));
    assertThat(DiskInspector.inspect(directory).note()).contains("no MANIFEST");
  }

  @Test
  void refusesWhatIsNoDiskTiersDirectory() {
    assertThatThrownBy(() -> DiskInspector.inspect(directory))
        .isInstanceOf(TierException.class)
        .hasMessageContaining("not a disk cache's directory: " + directory);
    assertThatThrownBy(() -> DiskInspector.inspect(directory.resolve("absent")))
        .isInstanceOf(TierException.class)
        .hasMessageContaining("absent");
  }
}
