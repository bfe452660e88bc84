package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.BOOT;
import static io.intelligentcache.disk.internal.Fixture.KEY;
import static io.intelligentcache.disk.internal.Fixture.SMALL;
import static io.intelligentcache.disk.internal.Fixture.USERS;
import static io.intelligentcache.disk.internal.Fixture.aesKey;
import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.copy;
import static io.intelligentcache.disk.internal.Fixture.get;
import static io.intelligentcache.disk.internal.Fixture.item;
import static io.intelligentcache.disk.internal.Fixture.key;
import static io.intelligentcache.disk.internal.Fixture.open;
import static io.intelligentcache.disk.internal.Fixture.openEncrypted;
import static io.intelligentcache.disk.internal.Fixture.put;
import static io.intelligentcache.disk.internal.Fixture.putForSure;
import static io.intelligentcache.disk.internal.Fixture.remove;
import static io.intelligentcache.disk.internal.Fixture.value;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.intelligentcache.Logged;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.disk.DiskInspection;
import io.intelligentcache.disk.DiskInspector;
import io.intelligentcache.disk.OpenDisk;
import io.intelligentcache.disk.internal.file.SegmentOutput;
import io.intelligentcache.disk.internal.format.Manifest;
import io.intelligentcache.disk.internal.format.RecordHeader;
import io.intelligentcache.disk.internal.format.SegmentCipher;
import io.intelligentcache.disk.internal.format.SegmentGeometry;
import io.intelligentcache.disk.internal.recovery.SegmentFiles;
import io.intelligentcache.tier.FakeTime;
import io.intelligentcache.tier.Item;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Outcome;
import io.intelligentcache.tier.Reason;
import io.intelligentcache.tier.Space;
import io.intelligentcache.tier.TierKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EncryptionTest {
  private static final Space SECRET = new Space("secret-cache", "secret-tenant");

  @TempDir
  Path directory;

  @ParameterizedTest
  @ValueSource(ints = {16, 24, 32})
  void everythingIsThereAgainWithTheSameKey(int keyBytes) throws IOException {
    Disk disk = Disk.at(directory).encryptedWith(aesKey(keyBytes)).maximumBytes(SMALL);
    Item odd = new Item(new byte[] {1, 2, 3}, 900, true, -5, 1_900_000_000_000L);
    for (int round = 0; round < 3; round++) {
      try (DiskTier tier = OpenDisk.of(disk, new FakeTime(), BOOT, SegmentOutput::toFile)) {
        for (int i = 0; i < 300; i++) {
          if (round == 0) {
            putForSure(tier, "k" + i, value("v" + i, i * 100));
          }
          assertThat(get(tier, "k" + i)).isEqualTo(value("v" + i, i * 100));
        }
        await(tier.put(key("odd"), odd));
        assertThat(await(tier.get(key("odd")))).isEqualTo(new Lookup.Hit(odd));
        await(tier.put(key("empty"), item("")));
        assertThat(get(tier, "empty")).isEmpty();
        assertThat(tier.stats().entries()).isEqualTo(302);
        assertThat(tier.stats().damaged()).isZero();
      }
      if (round == 1) {
        deleteSideIndexes(directory); // the records must give the same result
      }
    }
  }

  /** Copying the files of an open tier shows what a killed process would leave. */
  @Test
  void everythingThatWasAnsweredIsThereAfterAKill() throws IOException {
    Path killed = directory.resolve("killed");
    Path live = directory.resolve("live");
    TierKey cleared = new TierKey(SECRET, new byte[] {1});
    try (DiskTier tier = openEncrypted(live)) {
      put(tier, "a", "old");
      put(tier, "b", "old");
      await(tier.put(cleared, item("old")));
      put(tier, "a", "new");
      remove(tier, "b");
      await(tier.clear(SECRET));
      copy(live, killed);
    }
    for (int round = 0; round < 3; round++) {
      try (DiskTier tier = openEncrypted(killed)) {
        assertThat(get(tier, "a")).isEqualTo("new");
        assertThat(get(tier, "b")).isNull();
        assertThat(await(tier.get(cleared))).isEqualTo(Lookup.MISS);
        put(tier, "round" + round, "x");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noNameAndNoValueIsInAnyFile(boolean encrypted) throws IOException {
    Path live = directory.resolve("live");
    Path copy = directory.resolve("copy");
    try (DiskTier tier = encrypted ? openEncrypted(live) : open(live)) {
      TierKey named = new TierKey(SECRET, "secret-key".getBytes(UTF_8));
      await(tier.put(named, item("a secret-value of it")));
      await(tier.put(named, item("another secret-value of it")));
      await(tier.clear(SECRET));
      await(tier.put(named, item("one more secret-value of it")));
      await(tier.removeMatching(SECRET, name -> false));
      copy(live, copy);
    }
    for (String secret : List.of("secret-cache", "secret-tenant", "secret-key", "secret-value")) {
      assertThat(filesWith(live, secret)).as(secret).isEqualTo(!encrypted);
      assertThat(filesWith(copy, secret)).as(secret).isEqualTo(!encrypted);
    }
    var manifest = ((Manifest.Found.Good) Manifest.read(live)).manifest();
    assertThat(manifest.seed() == 0).as("whoever has it can check guesses").isEqualTo(encrypted);
    if (encrypted) {
      String key = new String(KEY.getEncoded(), ISO_8859_1);
      assertThat(filesWith(live, key)).isFalse();
    }
  }

  private static boolean filesWith(Path folder, String text) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        if (new String(Files.readAllBytes(file), ISO_8859_1).contains(text)) {
          return true;
        }
      }
    }
    return false;
  }

  @ParameterizedTest
  @CsvSource({
    "16, 0, 'it is encrypted, and no key was given'",
    "16, 32, 'it is encrypted with another key'",
    "0, 16, 'it is not encrypted, and a key was given'"
  })
  void whatCannotBeReadIsSetAsideWithOneLine(int before, int after, String why) throws IOException {
    try (DiskTier tier = openWith(before)) {
      put(tier, "k", "v");
    }
    byte[] manifest = Files.readAllBytes(directory.resolve("MANIFEST"));
    String log = Logged.during(() -> {
      try (DiskTier tier = openWith(after)) {
        assertThat(get(tier, "k")).isNull();
        assertThat(tier.stats().entries()).isZero();
        put(tier, "k", "again");
      }
    });
    String name = directory.toRealPath().toString();
    assertThat(log.lines().filter(line -> line.contains(name))).hasSize(1);
    assertThat(log).contains(name + " starts empty: " + why);
    assertThat(Files.readAllBytes(directory.resolve("MANIFEST.old"))).isEqualTo(manifest);
    try (DiskTier tier = openWith(after)) {
      assertThat(get(tier, "k")).isEqualTo("again");
    }
  }

  private DiskTier openWith(int keyBytes) {
    Disk disk = Disk.at(directory).maximumBytes(SMALL);
    return OpenDisk.of(
        keyBytes == 0 ? disk : disk.encryptedWith(aesKey(keyBytes)),
        new FakeTime(),
        BOOT,
        SegmentOutput::toFile);
  }

  @Test
  void removalByPatternAndClearingWorkAtOnceAndAfterReopening() throws IOException {
    TierKey other = new TierKey(SECRET, new byte[] {1});
    try (DiskTier tier = openEncrypted(directory)) {
      for (int i = 0; i < 100; i++) {
        put(tier, "k" + i, value("v" + i, 9_000));
      }
      await(tier.put(other, item("old")));
      assertThat(await(tier.removeMatching(USERS, endsWith("7")))).isEqualTo(new Outcome.Done(10));
      assertThere(tier, endsWith("7").negate());
    }
    for (int round = 0; round < 2; round++) {
      try (DiskTier tier = openEncrypted(directory)) {
        assertThere(tier, endsWith("7").negate());
      }
      deleteSideIndexes(directory);
    }
    try (DiskTier tier = openEncrypted(directory)) {
      assertThat(await(tier.removeMatching(USERS, endsWith("3")))).isEqualTo(new Outcome.Done(10));
      await(tier.clear(SECRET));
    }
    for (int round = 0; round < 2; round++) {
      try (DiskTier tier = openEncrypted(directory)) {
        assertThere(tier, endsWith("7").or(endsWith("3")).negate());
        assertThat(await(tier.get(other))).isEqualTo(Lookup.MISS);
        Awaitility.await().until(() -> tier.stats().entries() == 80);
        assertThat(tier.stats().damaged()).isZero();
      }
      deleteSideIndexes(directory);
    }
  }

  private static Predicate<byte[]> endsWith(String end) {
    return name -> new String(name, UTF_8).endsWith(end);
  }

  private static void assertThere(DiskTier tier, Predicate<byte[]> expected) {
    List<String> there = IntStream.range(0, 100)
        .mapToObj(i -> "k" + i)
        .filter(key -> get(tier, key) != null)
        .toList();
    assertThat(there)
        .isEqualTo(IntStream.range(0, 100)
            .mapToObj(i -> "k" + i)
            .filter(key -> expected.test(key.getBytes(UTF_8)))
            .toList());
  }

  @Test
  void theTagsCountInWhatAnEntryMayTake() {
    int most = SegmentGeometry.of(SMALL).maxRecordBytes();
    int overhead = RecordHeader.BYTES + "users".length() + 4 + 1 + 2 * SegmentCipher.TAG_BYTES;
    try (DiskTier tier = openEncrypted(directory)) {
      String largest = "x".repeat(most - overhead);
      assertThat(put(tier, "k", largest)).isEqualTo(Outcome.DONE);
      assertThat(get(tier, "k")).isEqualTo(largest);
      assertThat(put(tier, "l", largest + "x")).isEqualTo(new Outcome.Refused(Reason.TOO_LARGE));
    }
  }

  @Test
  void inspectingNeedsNoKeyAndSaysThatThereIsOne() {
    try (DiskTier tier = openEncrypted(directory)) {
      for (int i = 0; i < 300; i++) {
        put(tier, "k" + i, value("v" + i, 9_000));
      }
      await(tier.clear(SECRET));
      remove(tier, "k1");
    }
    DiskInspection inspection = DiskInspector.inspect(directory);
    assertThat(inspection.encrypted()).isTrue();
    assertThat(inspection.damaged()).isFalse();
    assertThat(inspection.liveEntries()).isEqualTo(299);
    assertThat(inspection.records()).isEqualTo(302);
  }

  @Test
  void theKeyIsNotInWhatIsPrinted() {
    assertThat(Disk.at(directory).encryptedWith(KEY))
        .hasToString("Disk[directory=" + directory + ", maximumBytes=1000000000, encrypted]");
    assertThat(Disk.at(directory)).asString().doesNotContain("encrypted");
  }

  @Test
  void whatIsNoAesKeyIsRefused() {
    assertRefused(new SecretKeySpec(new byte[15], "AES"), "AES of 15 bytes");
    assertRefused(new SecretKeySpec(new byte[64], "AES"), "AES of 64 bytes");
    assertRefused(new SecretKeySpec(new byte[24], "DESede"), "DESede of 24 bytes");
    assertRefused(locked(), "AES that hides its bytes");
  }

  private void assertRefused(SecretKey key, String what) {
    assertThatThrownBy(() -> Disk.at(directory).encryptedWith(key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the disk cache's key must be an AES key of 16, 24 or 32 bytes: " + what);
  }

  /** A key that does not expose its bytes, as if it were in a hardware module. */
  private static SecretKey locked() {
    return new SecretKey() {
      private static final long serialVersionUID = 1;

      @Override
      public String getAlgorithm() {
        return "AES";
      }

      @Override
      public @Nullable String getFormat() {
        return null;
      }

      @Override
      public byte @Nullable [] getEncoded() {
        return null;
      }
    };
  }

  private static void deleteSideIndexes(Path from) throws IOException {
    for (Path side : SegmentFiles.hintFilesIn(from)) {
      Files.delete(side);
    }
  }
}
