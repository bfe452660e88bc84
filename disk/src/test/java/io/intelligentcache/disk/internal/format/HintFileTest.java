package io.intelligentcache.disk.internal.format;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static io.intelligentcache.disk.internal.Fixture.SMALL;
import static io.intelligentcache.disk.internal.Fixture.USERS;
import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.copy;
import static io.intelligentcache.disk.internal.Fixture.get;
import static io.intelligentcache.disk.internal.Fixture.item;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.open;
import static io.intelligentcache.disk.internal.Fixture.put;
import static io.intelligentcache.disk.internal.Fixture.putForSure;
import static io.intelligentcache.disk.internal.Fixture.remove;
import static io.intelligentcache.disk.internal.Fixture.segments;
import static io.intelligentcache.disk.internal.Fixture.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.disk.DiskInspector;
import io.intelligentcache.disk.internal.DiskTier;
import io.intelligentcache.disk.internal.HeldDisk;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.recovery.SegmentFiles;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HintFileTest {
  @TempDir
  Path directory;

  private final HeldDisk disk = new HeldDisk();
  private final FakeTime time = new FakeTime();

  private DiskTier openTier() {
    return open(directory, SMALL, time, BOOT, disk);
  }

  private static void fill(DiskTier tier, String prefix, int entries) {
    for (int i = 0; i < entries; i++) {
      while (!(put(tier, prefix + i, value(prefix + i, 9_000)) instanceof Outcome.Done)) {
        Thread.onSpinWait(); // the writer may be late on a busy machine
      }
    }
  }

  private static long there(DiskTier tier, String prefix, int entries) {
    return IntStream.range(0, entries)
        .filter(i -> value(prefix + i, 9_000).equals(get(tier, prefix + i)))
        .count();
  }

  /** Then its segment has all its records, and may be freed without it. */
  @Test
  void aSideIndexForWhichThereIsNoMemoryCostsNothingElse() {
    SegmentOutput.Opener files = file -> {
      if (file.getFileName().toString().startsWith("idx-")) {
        throw new OutOfMemoryError("made to fail");
      }
      return SegmentOutput.toFile(file);
    };
    try (DiskTier tier = open(directory, SMALL, time, BOOT, files)) {
      for (int i = 0; i < 2_000; i++) { // more than twice around
        putForSure(tier, "k" + i, value("k" + i, 9_000));
      }
      assertThat(tier.stats().evictions()).isPositive();
      assertThat(tier.stats().available()).isTrue();
    }
  }

  @Test
  void everySealedSegmentHasOneAndTogetherTheyHaveTheBytesOfASegment() throws IOException {
    try (DiskTier tier = openTier()) {
      fill(tier, "long", 900); // fills the log once, with hint files of 1 KB
      for (int i = 0; i < 50_000; i++) { // once more, with hint files of 40 KB
        Outcome last = await(tier.put(key("k" + i), item(value("v" + i, 100))));
        i -= last instanceof Outcome.Done ? 0 : 1; // the writer may be late on a busy machine
      }
    }
    assertThat(DiskInspector.inspect(directory).segments())
        .hasSizeGreaterThan(5)
        .allMatch(segment -> segment.indexed() && segment.sealed());
    int segmentBytes = DiskInspector.inspect(directory).segmentBytes();
    for (Path segment : segments(directory)) {
      Path side = HintFile.of(segment);
      long bytes = Files.size(segment) + (Files.exists(side) ? Files.size(side) : 0);
      assertThat(bytes).isLessThanOrEqualTo(segmentBytes);
    }
  }

  /** All values and keys are overwritten by zeros. Opening still knows every entry. */
  @Test
  void openingReadsNoRecords() throws IOException {
    try (DiskTier tier = openTier()) {
      fill(tier, "k", 300);
    }
    for (Path segment : segments(directory)) {
      byte[] bytes = Files.readAllBytes(segment);
      Arrays.fill(bytes, SegmentHeader.BYTES, bytes.length, (byte) 0);
      Files.write(segment, bytes);
    }
    try (DiskTier tier = openTier()) {
      assertThat(tier.stats().entries()).isEqualTo(300);
      assertThat(get(tier, "k7")).isNull();
      assertThat(tier.stats().damaged()).isEqualTo(1);
    }
  }

  @Test
  void withoutThemTheRecordsAreReadAndTheyAreWrittenAgain() throws IOException {
    try (DiskTier tier = openTier()) {
      fill(tier, "k", 300);
    }
    for (Path side : SegmentFiles.hintFilesIn(directory)) {
      Files.delete(side);
    }
    try (DiskTier tier = openTier()) {
      assertThat(there(tier, "k", 300)).isEqualTo(300);
      assertThat(SegmentFiles.hintFilesIn(directory)).hasSize(3);
    }
  }

  @Test
  void oneOfAnotherLifeOfTheSegmentIsNotBelieved() throws IOException {
    Path side = directory.resolve("idx-00000");
    byte[] first;
    try (DiskTier tier = openTier()) {
      fill(tier, "old", 150);
      put(tier, "old0", "again"); // acknowledged when all before is in the files
      first = Files.readAllBytes(side);
      fill(tier, "k", 900); // the whole log once, and the first segment again
      Awaitility.await().until(() -> tier.stats().bytes() <= SMALL * 7 / 8); // one segment is free
    }
    long live = DiskInspector.inspect(directory).liveEntries();
    assertThat(live).isGreaterThan(500);
    Files.write(side, first);
    try (DiskTier tier = openTier()) {
      assertThat(there(tier, "old", 150)).isZero();
      assertThat(there(tier, "k", 900)).isEqualTo(live);
      assertThat(tier.stats().damaged()).isZero();
    }
  }

  @Test
  void whatIsStruckOutIsNotInOneThatStays() throws IOException {
    Path killed = directory.resolve("killed");
    Path live = directory.resolve("live");
    try (DiskTier tier = open(live, SMALL, time, BOOT, disk)) {
      fill(tier, "k", 300); // the second segment is sealed
      put(tier, "k299", "again");
      assertThat(live.resolve("idx-00001")).exists();
      disk.full = true;
      put(tier, "k299", value("new", 5_000)); // frees the first segment
      assertThat(remove(tier, "k150")).isInstanceOf(Outcome.Done.class);
      copy(live, killed);
    }
    try (DiskTier tier = open(killed)) {
      assertThat(tier.mayContain(key("k150"))).isFalse();
      assertThat(get(tier, "k150")).isNull();
      assertThat(tier.stats().damaged()).isZero();
      assertThat(get(tier, "k151")).isEqualTo(value("k151", 9_000));
    }
  }

  @Test
  void oneThatCannotBeWrittenCostsNothingButTime() throws IOException {
    disk.broken = "idx-00000";
    try (DiskTier tier = openTier()) {
      fill(tier, "k", 300);
      assertThat(tier.stats().available()).isTrue();
    }
    assertThat(directory.resolve("idx-00000")).doesNotExist();
    assertThat(directory.resolve("idx-00001")).exists();
    try (DiskTier tier = openTier()) {
      assertThat(there(tier, "k", 300)).isEqualTo(300);
    }
  }

  @Test
  void tombstonesAndClearMarkersAreInIt() throws IOException {
    Space cleared = new Space("cleared", "t");
    try (DiskTier tier = openTier()) {
      fill(tier, "k", 150);
      await(tier.put(new TierKey(cleared, new byte[] {1}), item("old")));
    }
    try (DiskTier tier = openTier()) {
      remove(tier, "k3");
      await(tier.clear(cleared));
      await(tier.put(new TierKey(cleared, new byte[] {2}), item("new")));
    }
    byte[] newest = Files.readAllBytes(segments(directory).get(2));
    Arrays.fill(newest, SegmentHeader.BYTES, newest.length, (byte) 0);
    Files.write(segments(directory).get(2), newest);
    try (DiskTier tier = openTier()) {
      assertThat(get(tier, "k3")).isNull();
      assertThat(await(tier.get(new TierKey(cleared, new byte[] {1}))).toString())
          .doesNotContain("Hit");
      assertThat(there(tier, "k", 150)).isEqualTo(149);
      assertThat(tier.put(key("k3"), item("first again"))).isCompleted(); // not known to the log
    }
  }

  @Test
  void aSegmentWhoseEntriesHaveAllExpiredIsKnownAsSuch() {
    try (DiskTier tier = openTier()) {
      for (int i = 0; i < 50; i++) {
        long soon = time.epochMillis() + 1_000 + i;
        await(tier.put(key("k" + i), new Item(new byte[1], 1, false, 1, soon)));
      }
    }
    time.advance(Duration.ofSeconds(2));
    try (DiskTier tier = openTier()) {
      assertThat(tier.stats().entries()).isZero();
      assertThat(await(tier.put(key("k0"), item("new")))).isEqualTo(Outcome.DONE);
      assertThat(get(tier, "k0")).isEqualTo("new");
    }
  }

  /**
   * Damage in a segment without a hint file: records after the damage stay, older records are
   * dropped.
   */
  @Test
  void behindADamagedHeadTheRecordsAreFoundAgain() throws IOException {
    try (DiskTier tier = openTier()) {
      fill(tier, "k", 300);
      put(tier, "k0", "newer");
    }
    Path second = segments(directory).get(1);
    byte[] bytes = Files.readAllBytes(second);
    int damaged = headIn(bytes, bytes.length / 2);
    bytes[damaged] ^= 1;
    Files.write(second, bytes);
    Files.delete(HintFile.of(second));
    for (int round = 0; round < 3; round++) {
      try (DiskTier tier = openTier()) {
        assertThat(get(tier, "k0")).isEqualTo("newer");
        assertThat(get(tier, "k1")).as("older than the damage").isNull();
        assertThat(get(tier, "k299")).isEqualTo(value("k299", 9_000));
        assertThat(there(tier, "k", 300)).isBetween(100L, 160L);
        put(tier, "round" + round, "x");
      }
      if (round == 1) {
        for (Path side : SegmentFiles.hintFilesIn(directory)) {
          Files.delete(side);
        }
      }
    }
  }

  /** The offset of the header checksum of a record near an offset. */
  private static int headIn(byte[] segment, int near) {
    List<Integer> heads = IntStream.range(near / 8, near / 8 + 2_000)
        .map(at -> at * 8)
        .filter(at -> segment[at + 14] == RecordHeader.PUT
            && segment[at + 8] == segment[8]
            && segment[at + 9] == 0
            && segment[at + 10] == 0
            && segment[at + 11] == 0)
        .boxed()
        .toList();
    return heads.get(0);
  }

  @Test
  void aDamagedHeaderIsStoodInFor() throws IOException {
    try (DiskTier tier = openTier()) {
      fill(tier, "k", 300);
      await(tier.removeMatching(USERS, name -> false));
    }
    for (Path segment : segments(directory)) {
      byte[] bytes = Files.readAllBytes(segment);
      bytes[9] ^= 1;
      Files.write(segment, bytes);
    }
    for (int round = 0; round < 2; round++) {
      try (DiskTier tier = openTier()) {
        assertThat(there(tier, "k", 300)).isEqualTo(300);
      }
    }
    assertThat(DiskInspector.inspect(directory).damage())
        .hasSize(3)
        .allMatch(damage -> damage.what().contains("its hint file is used instead"));
  }
}
