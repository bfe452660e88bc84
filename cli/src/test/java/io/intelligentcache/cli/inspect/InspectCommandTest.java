package io.intelligentcache.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.cli.CommandRun;
import io.intelligentcache.disk.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class InspectCommandTest {
  private static final int ENTRIES = 50;

  @TempDir
  Path directory;

  @Test
  void printsWhatIsThere() {
    fill();

    CommandRun run = CommandRun.of("inspect", directory);

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().get(0)).startsWith(directory + ": format ").endsWith(", clean");
    assertThat(run.out()).anyMatch(line -> line.matches("live entries +" + ENTRIES));
    assertThat(run.out()).anyMatch(line -> line.matches("damaged records +0"));
  }

  @Test
  void printsJson() {
    fill();

    JsonNode found = json();

    assertThat(found.get("liveEntries").asLong()).isEqualTo(ENTRIES);
    assertThat(found.get("damagedRecords").asLong()).isZero();
    assertThat(found.get("state").asString()).isEqualTo("clean");
    assertThat(found.get("segments").get(0).get("records").asLong()).isPositive();
  }

  @Test
  void countsAndVerifiesAnEncryptedStoreWithoutItsKey() {
    fill(Disk.at(directory).encryptedWith(new SecretKeySpec(new byte[32], "AES")));

    CommandRun run = CommandRun.of("inspect", directory, "--verify");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).anyMatch(line -> line.startsWith("encrypted: "));
    assertThat(run.out()).anyMatch(line -> line.matches("live entries +" + ENTRIES));
    assertThat(json().get("encrypted").asBoolean()).isTrue();
  }

  @Test
  void countsDamageAndChangesNothing() throws IOException {
    fill();
    Path segment = largest();
    byte[] bytes = Files.readAllBytes(segment);
    bytes[300] ^= 1;
    Files.write(segment, bytes);

    JsonNode found = json();

    assertThat(found.get("damagedRecords").asLong()).isPositive();
    assertThat(found.get("liveEntries").asLong()).isLessThanOrEqualTo(ENTRIES);
    assertThat(Files.readAllBytes(segment)).isEqualTo(bytes);
  }

  @Test
  void verifyFindsNothingInAWholeStore() {
    fill();

    CommandRun run = CommandRun.of("inspect", directory, "--verify");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("nothing is damaged");
  }

  @Test
  void verifyTellsWhereTheDamageIsAndExitsWithThree() throws IOException {
    fill();
    Path segment = largest();
    byte[] bytes = Files.readAllBytes(segment);
    bytes[300] ^= 1;
    Files.write(segment, bytes);

    CommandRun text = CommandRun.of("inspect", directory, "--verify");
    CommandRun json = CommandRun.of("inspect", directory, "--verify", "--json");

    assertThat(text.exitCode()).isEqualTo(3);
    assertThat(text.out()).anyMatch(line -> line.matches("damage: seg-00000 at \\d+: .+"));
    assertThat(json.exitCode()).isEqualTo(3);
    JsonNode damage = new JsonMapper().readTree(json.out().get(0)).get("damage").get(0);
    assertThat(damage.get("file").asString()).isEqualTo("seg-00000");
    assertThat(damage.get("offset").asLong()).isBetween(64L, 300L);
    assertThat(damage.get("what").asString()).isNotEmpty();
    assertThat(Files.readAllBytes(segment)).isEqualTo(bytes);
  }

  @Test
  void verifyCountsAnUnreadableStoreAsDamaged() throws IOException {
    fill();
    Files.writeString(directory.resolve("MANIFEST"), "?");

    assertThat(CommandRun.of("inspect", directory, "--verify").exitCode()).isEqualTo(3);
    assertThat(CommandRun.of("inspect", directory).exitCode()).isZero();
  }

  @Test
  void worksWhileTheCacheIsOpenAndSaysSo() {
    try (TieredCacheManager caches = open()) {
      caches.cache("texts", String.class, String.class).put("key", "value");

      CommandRun run = CommandRun.of("inspect", directory, "--verify");

      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).anyMatch(line -> line.contains("format 4.0, dirty"));
      if (Files.exists(Path.of("/proc/locks"))) {
        String pid = Long.toString(ProcessHandle.current().pid());
        assertThat(run.out())
            .anyMatch(line -> line.contains("in use by the process with PID " + pid));
      }
    }
  }

  @Test
  void refusesWhatIsNoDiskTier() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    for (Path path : List.of(file, directory.resolve("absent"), directory)) {
      CommandRun run = CommandRun.of("inspect", path);

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).singleElement().asString().contains("icm: ", path.toString());
    }
  }

  private JsonNode json() {
    CommandRun run = CommandRun.of("inspect", directory, "--json");
    assertThat(run.out()).hasSize(1);
    return new JsonMapper().readTree(run.out().get(0));
  }

  private void fill() {
    fill(Disk.at(directory));
  }

  private static void fill(Disk disk) {
    try (TieredCacheManager caches = open(disk)) {
      TieredCache<String, String> cache = caches.cache("texts", String.class, String.class);
      for (int i = 0; i < ENTRIES; i++) {
        cache.put("key" + i, "value".repeat(i + 1));
      }
    }
  }

  private TieredCacheManager open() {
    return open(Disk.at(directory));
  }

  private static TieredCacheManager open(Disk disk) {
    return TieredCacheManager.builder()
        .memory(Memory.ofMegabytes(1))
        .disk(disk.maximumMegabytes(8))
        .build();
  }

  private Path largest() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.max(Comparator.comparingLong(file -> file.toFile().length())).orElseThrow();
    }
  }
}
