package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static io.intelligentcache.disk.internal.Fixture.KEY;
import static io.intelligentcache.disk.internal.Fixture.SMALL;
import static io.intelligentcache.disk.internal.Fixture.USERS;
import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.copy;
import static io.intelligentcache.disk.internal.Fixture.get;
import static io.intelligentcache.disk.internal.Fixture.item;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.put;
import static io.intelligentcache.disk.internal.Fixture.putForSure;
import static io.intelligentcache.disk.internal.Fixture.remove;
import static io.intelligentcache.disk.internal.Fixture.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Seed;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.OpenDisk;
import io.intelligentcache.disk.internal.RecordingAesGcm.Used;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** If a nonce is used twice with one key, it reveals the encrypted data. */
final class NonceTest {
  @RegisterExtension
  private final Seed seed = new Seed();

  @TempDir
  Path directory;

  private final HeldDisk disk = new HeldDisk();
  private final FakeTime time = new FakeTime();
  private final RecordingAesGcm cipher = new RecordingAesGcm();

  @AfterEach
  void noMoreRecording() {
    cipher.close();
  }

  private DiskTier openTier(Path where) {
    return OpenDisk.of(Disk.at(where).maximumBytes(SMALL).encryptedWith(KEY), time, BOOT, disk);
  }

  @Test
  void noneIsUsedTwiceWhileTheDiskFailsAndTheStoreIsOpenedAgainAndAgain() throws IOException {
    Random random = seed.random();
    for (int round = 0; round < 4; round++) {
      try (DiskTier tier = openTier(directory)) {
        beginASegmentInVain(tier);
        for (int step = 0; step < 300; step++) {
          step(tier, random, step);
        }
        disk.broken = "none";
        disk.full = false;
        time.advance(Duration.ofMinutes(11));
        put(tier, "last", "x");
        putForSure(tier, "last", "y"); // now there is a manifest again
      }
    }
    long lives = cipher.used().stream().map(Used::key).distinct().count();
    var manifest = ((Manifest.Found.Good) Manifest.read(directory)).manifest();
    assertThat(lives)
        .as("generations were used again, seed %s", seed)
        .isGreaterThan(manifest.lastGeneration());
    assertThat(cipher.used()).as("seed %s", seed).hasSizeGreaterThan(500).doesNotHaveDuplicates();
  }

  /** Makes a segment begin while the disk is full, so its generation is used again. */
  private void beginASegmentInVain(DiskTier tier) {
    disk.full = true;
    put(tier, "first", "x");
    put(tier, "first", "y");
    disk.full = false;
    time.advance(Duration.ofMinutes(11));
  }

  private void step(DiskTier tier, Random random, int step) {
    String key = "k" + random.nextInt(50);
    switch (random.nextInt(12)) {
      case 0 -> remove(tier, key);
      case 1 -> disk.full = random.nextInt(4) == 0;
      case 2 -> disk.broken = random.nextInt(3) == 0 ? "seg-0000" + random.nextInt(7) : "none";
      case 3 -> time.advance(Duration.ofMinutes(11));
      case 4 -> await(step % 10 == 0 ? tier.clear(USERS) : tier.remove(key(key)));
      default -> put(tier, key, value(key + "/" + step, 20_000 + random.nextInt(100_000)));
    }
  }

  /** Both copies are opened and written to, with the same generations at the same offsets. */
  @Test
  void noneIsUsedTwiceInTwoCopiesOfADirectory() throws IOException {
    Path twin = directory.resolve("twin");
    Path first = directory.resolve("first");
    try (DiskTier tier = openTier(first)) {
      put(tier, "k", "v");
    }
    copy(first, twin);
    for (Path each : new Path[] {first, twin}) {
      try (DiskTier tier = openTier(each)) {
        assertThat(put(tier, "k", "v of " + each.getFileName())).isEqualTo(Outcome.DONE);
      }
    }
    assertThat(cipher.used()).hasSize(6).doesNotHaveDuplicates();
  }

  @Test
  void oneThatWasUsedForNothingIsNotUsedAgain() {
    try (DiskTier tier = openTier(directory)) {
      put(tier, "k1", "v1");
      for (int encrypted = 0; encrypted < 2; encrypted++) {
        cipher.failAfter(encrypted); // first fails for the key, then for the value
        assertThat(await(tier.put(key("k2"), item("v2"))))
            .isEqualTo(new Outcome.Refused(Reason.BUSY));
        assertThat(put(tier, "k3", "v3")).isEqualTo(Outcome.DONE);
      }
      assertThat(get(tier, "k1")).isEqualTo("v1");
      assertThat(get(tier, "k2")).isNull();
      assertThat(get(tier, "k3")).isEqualTo("v3");
    }
    assertThat(cipher.used()).hasSize(9).doesNotHaveDuplicates();
    try (DiskTier tier = openTier(directory)) {
      assertThat(get(tier, "k1")).isEqualTo("v1");
      assertThat(get(tier, "k3")).isEqualTo("v3");
      assertThat(tier.stats().entries()).isEqualTo(2);
    }
  }
}
