package io.intelligentcache.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.cli.CommandRun;
import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.RedisServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class QuickstartCommandTest {
  @Test
  void showsEachStretchAndTierAndLeavesNothingBehind() throws IOException {
    List<Path> before = leftovers();

    CommandRun run = CommandRun.of("quickstart", "--requests", "4000", "--seconds", "60");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(String.join("\n", run.out()))
        .contains("cold start", "warm restart", "\nmemory ", "\ndisk ", "\nloader ", "wrong: 0");
    assertThat(leftovers()).isEqualTo(before);
  }

  @Test
  void usesRedisAndLeavesNothingThatStays() {
    try (RedisServerProcess server = RedisServerProcess.launch();
        RawRedis raw = new RawRedis(server)) {
      raw.commands().set("foreign", new byte[] {1});

      CommandRun run = CommandRun.of(
          "quickstart", "--redis", server.url(), "--requests", "2000", "--seconds", "60");

      assertThat(run.exitCode()).isZero();
      assertThat(String.join("\n", run.out())).contains("\nRedis ", "wrong: 0");
      // Tombstones and generations expire. The clock stays for days.
      assertThat(raw.commands().keys("*"))
          .filteredOn(name -> !expiresWithin(Duration.ofSeconds(20), raw, name))
          .hasSize(2)
          .contains("foreign")
          .anyMatch(name -> expiresWithin(Duration.ofDays(7), raw, name));
    }
  }

  private static boolean expiresWithin(Duration time, RawRedis raw, String name) {
    long millis = raw.commands().pttl(name); // -1: never; -2: it is gone
    return millis != -1 && millis <= time.toMillis();
  }

  @Test
  void refusesWhatCanNotBe() {
    assertRefused("--redis: ", "--redis", "localhost:6379");
    assertRefused("--seconds must be 1 to 3600: 0", "--seconds", "0");
    assertRefused("--requests must be at least", "--requests", "0");
  }

  private static void assertRefused(String message, String option, String value) {
    CommandRun run = CommandRun.of("quickstart", option, value);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).singleElement().asString().contains(message);
  }

  private static List<Path> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("icm-quickstart-"))
          .sorted()
          .toList();
    }
  }
}
