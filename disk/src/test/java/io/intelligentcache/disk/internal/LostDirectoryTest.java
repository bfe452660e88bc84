package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static io.intelligentcache.disk.internal.Fixture.SMALL;
import static io.intelligentcache.disk.internal.Fixture.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.OpenDisk;
import io.intelligentcache.disk.internal.FaultyFiles.Access;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.TierException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that is removed, moved, replaced or closed while the tier is open. */
final class LostDirectoryTest {
  private static final int KEYS = 20;

  @TempDir
  Path parent;

  private final FakeTime time = new FakeTime();
  private final Ledger ledger = new Ledger("users", KEYS);
  private Path directory = Path.of("");

  private DiskTier filled() {
    directory = parent.resolve("cache");
    DiskTier tier = open(directory, SMALL, time, BOOT, SegmentOutput::toFile);
    fill(tier, 9_000);
    assertThat(ledger.check(tier, "filled")).isEqualTo(KEYS); // opens the files for reading
    return tier;
  }

  private void fill(DiskTier tier, int length) {
    for (int key = 0; key < KEYS; key++) {
      assertThat(ledger.overwrite(tier, key, length)).isEqualTo(Outcome.DONE);
    }
  }

  private void removeDirectory() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  /** Waits until the tier checks its directory, which it does once a second. */
  private void awaitRefusal(DiskTier tier) {
    Awaitility.await().until(() -> {
      time.advance(Duration.ofSeconds(1));
      boolean refused = ledger.put(tier, 1, 10) instanceof Outcome.Refused;
      ledger.check(tier, "refusing");
      return refused;
    });
  }

  private void comesBack(DiskTier tier, String what) throws IOException {
    time.advance(Duration.ofMinutes(11));
    for (int round = 0; round < 4; round++) { // until all segments were used
      fill(tier, 90_000);
      assertThat(ledger.check(tier, what)).as(what).isEqualTo(KEYS);
    }
    assertThat(tier.stats().damaged()).as(what).isZero();
    assertThatThrownBy(() -> OpenDisk.of(Disk.at(directory), time, BOOT, SegmentOutput::toFile))
        .isInstanceOf(TierException.class)
        .hasMessageContaining("already open");
    tier.close();
    try (DiskTier again = open(directory)) {
      assertThat(ledger.check(again, what)).as(what).isEqualTo(KEYS);
    }
  }

  @Test
  void aDirectoryThatIsRemovedIsMadeAgain() throws IOException {
    try (DiskTier tier = filled()) {
      removeDirectory();
      awaitRefusal(tier);
      assertThat(tier.stats().available()).isFalse();
      comesBack(tier, "removed");
    }
  }

  @Test
  void anEmptyDirectoryInItsPlaceIsTakenOver() throws IOException {
    try (DiskTier tier = filled()) {
      removeDirectory();
      Files.createDirectory(directory);
      awaitRefusal(tier);
      comesBack(tier, "replaced");
    }
  }

  @Test
  void aFileInItsPlaceIsLeftAlone() throws IOException {
    try (DiskTier tier = filled()) {
      removeDirectory();
      Files.writeString(directory, "somebody's");
      awaitRefusal(tier);
      time.advance(Duration.ofMinutes(11));
      assertThat(ledger.put(tier, 2, 10)).isInstanceOf(Outcome.Refused.class);
      assertThat(ledger.remove(tier, 3)).isInstanceOf(Outcome.Refused.class);
      assertThat(directory).hasContent("somebody's");
      Files.delete(directory);
      Awaitility.await().until(() -> ledger.remove(tier, 3) instanceof Outcome.Done);
      comesBack(tier, "a file");
    }
  }

  @Test
  void whatComesBackWithADirectoryThatWasMovedAwayIsVoid() throws IOException {
    Path away = parent.resolve("away");
    Path copy = parent.resolve("copy");
    try (DiskTier tier = filled()) {
      Files.move(directory, away);
      Files.writeString(directory, "in the way");
      awaitRefusal(tier);
      ledger.remove(tier, 4);
      Files.delete(directory);
      Files.move(away, directory);
      Awaitility.await().until(() -> ledger.remove(tier, 5) instanceof Outcome.Done);
      Ledger killed = ledger.afterCrash();
      Fixture.copy(directory, copy);
      try (DiskTier again = open(copy)) {
        assertThat(killed.has(again, 5, "moved, killed")).isFalse();
      }
      comesBack(tier, "moved");
    }
  }

  /**
   * Another process may lock a directory that has no lock. Two processes never write to one store.
   */
  @Test
  void aDirectoryThatAnotherProcessHasTakenIsLeftToIt() throws Exception {
    try (DiskTier tier = filled()) {
      removeDirectory();
      Process holder = DirectoryTest.hold(directory);
      try {
        Set<Path> theirs = list();
        awaitRefusal(tier);
        time.advance(Duration.ofMinutes(11));
        assertThat(ledger.remove(tier, 3)).isInstanceOf(Outcome.Refused.class);
        assertThat(ledger.put(tier, 3, 10)).isInstanceOf(Outcome.Refused.class);
        assertThat(list()).isEqualTo(theirs);
      } finally {
        holder.destroyForcibly();
        assertThat(holder.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
      Awaitility.await().until(() -> ledger.remove(tier, 3) instanceof Outcome.Done);
      comesBack(tier, "left");
    }
  }

  private Set<Path> list() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return Set.copyOf(files.toList());
    }
  }

  /** This happens when the system remounts the file system read-only after an error. */
  @Test
  void aDirectoryThatBecomesReadOnlyIsStillRead() throws IOException {
    directory = parent.resolve("cache");
    var files = new FaultyFiles(directory);
    try (DiskTier tier = open(files.path(directory), SMALL, time, BOOT, SegmentOutput::toFile)) {
      fill(tier, 9_000);
      Set<Access> reading = Set.of(Access.LOOK, Access.LIST, Access.OPEN, Access.READ);
      files.fault((access, file) -> {
        if (!reading.contains(access)) {
          throw new FileSystemException(file.toString(), null, "Read-only file system");
        }
      });
      assertThat(ledger.put(tier, 0, 10)).isInstanceOf(Outcome.Refused.class);
      assertThat(ledger.check(tier, "read-only")).isEqualTo(KEYS - 1);
      assertThat(tier.stats().available()).isFalse();
      files.fault((access, file) -> {});
      Awaitility.await().until(() -> ledger.remove(tier, 3) instanceof Outcome.Done);
      time.advance(Duration.ofMinutes(11));
      fill(tier, 9_000);
      assertThat(ledger.check(tier, "writable")).isEqualTo(KEYS);
    }
    try (DiskTier again = open(directory)) {
      assertThat(ledger.check(again, "writable")).isEqualTo(KEYS);
    }
  }
}
