package io.intelligentcache.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.EntryOptions;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.cli.CommandRun;
import io.intelligentcache.disk.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
  void countsWhatEachCacheAndTenantHasAndListsKeys() {
    String odd = "line\n\u001b[31m\u202e\u00fc";
    try (TieredCacheManager caches = TieredCacheManager.builder()
        .memory(Memory.ofMegabytes(1))
        .disk(Disk.at(directory).maximumMegabytes(8))
        .multiTenant(true)
        .build()) {
      TieredCache<String, String> texts = caches.cache("texts", String.class, String.class);
      TieredCache<Integer, String> numbers = caches.cache("numbers", Integer.class, String.class);
      for (int i = 0; i < 10; i++) {
        texts.put("key" + i, "v".repeat(1_000));
        texts.tenant("acme").put("key" + i, "v".repeat(100), EntryOptions.ttl(Duration.ofHours(1)));
      }
      numbers.put(42, "v");
      texts.tenant(odd).put(odd, "v");
      caches.cache("cleared", String.class, String.class).put("gone", "v");
    }
    try (TieredCacheManager caches = open()) {
      caches.cache("cleared", String.class, String.class).clear();
      caches.cache("texts", String.class, String.class).invalidate("key0");
    }

    JsonNode found = json("--keys", "100");
    assertThat(found.get("liveEntries").asLong()).isEqualTo(21);
    JsonNode spaces = found.get("caches");
    assertThat(spaces.size()).isEqualTo(4);
    assertThat(spaces.get(0).toString())
        .matches(
            "\\{\"cache\":\"texts\",\"tenant\":\"\",\"liveEntries\":9,\"liveBytes\":\\d{4,5}}");
    assertThat(spaces.get(1).get("tenant").asString()).isEqualTo("acme");
    assertThat(spaces.get(1).get("liveEntries").asLong()).isEqualTo(10);
    long sum = 0;
    for (JsonNode space : spaces) {
      sum += space.get("liveBytes").asLong();
    }
    assertThat(sum).isEqualTo(found.get("liveBytes").asLong());
    assertThat(found.get("keys").size()).isEqualTo(21);
    List<String> texts = new ArrayList<>();
    for (JsonNode key : found.get("keys")) {
      texts.add(key.get("key").asString());
      assertThat(key.has("expiresAtMillis"))
          .isEqualTo(key.get("tenant").asString().equals("acme"));
    }
    assertThat(texts).contains("42", odd, "key1").doesNotContain("gone");
    assertThat(json("--keys", "3").get("keys").size()).isEqualTo(3);
    assertThat(json().has("keys")).isFalse();

    CommandRun run = CommandRun.of("inspect", directory, "--keys", "100");
    assertThat(run.out()).anyMatch(line -> line.matches("numbers +1 +\\d+ B"));
    assertThat(run.out()).anyMatch(line -> line.matches("texts +acme +10 +[0-9.]+ KB"));
    assertThat(run.out()).anyMatch(line -> line.matches("42 +numbers +\\d+ +never"));
    assertThat(run.out()).anyMatch(line -> line.matches("key1 +texts +acme +\\d+ +20.*Z"));
    assertThat(run.out()).anyMatch(line -> line.startsWith("line\\u000a\\u001b[31m\\u202e\u00fc "));
    assertThat(String.join(
            "", CommandRun.of("inspect", directory, "--keys", "99", "--json").out()))
        .as("whatever the encoding of the terminal")
        .matches("\\p{ASCII}+");
  }

  @Test
  void refusesToListNothing() {
    CommandRun run = CommandRun.of("inspect", directory, "--keys", "0");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).containsExactly("icm: --keys must be 1 or more: 0");
  }

  @Test
  void countsAndVerifiesAnEncryptedStoreWithoutItsKey() {
    fill(Disk.at(directory).encryptedWith(new SecretKeySpec(new byte[32], "AES")));

    CommandRun run = CommandRun.of("inspect", directory, "--verify");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).anyMatch(line -> line.startsWith("encrypted: "));
    assertThat(run.out()).anyMatch(line -> line.matches("live entries +" + ENTRIES));
    assertThat(json().get("encrypted").asBoolean()).isTrue();
    assertThat(json("--keys", "9").get("caches").isEmpty()).isTrue();
    assertThat(json("--keys", "9").get("keys").isEmpty()).isTrue();
    assertThat(CommandRun.of("inspect", directory, "--keys", "9").exitCode()).isZero();
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
      assertThat(run.out()).anyMatch(line -> line.contains("format 5.0, dirty"));
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

  private JsonNode json(String... more) {
    List<Object> words = new ArrayList<>(List.of("inspect", directory, "--json"));
    words.addAll(List.of(more));
    CommandRun run = CommandRun.of(words.toArray());
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
