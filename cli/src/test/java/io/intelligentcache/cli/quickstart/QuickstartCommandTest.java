package io.intelligentcache.cli.quickstart;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.cli.CommandRun;
import io.intelligentcache.redis.RedisServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
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
  void usesRedisAndLeavesNothingThatStays() throws IOException {
    try (RedisServerProcess server = RedisServerProcess.launch()) {
      assertThat(ask(server, "SET foreign 1")).isEqualTo("+OK");

      CommandRun run = CommandRun.of(
          "quickstart", "--redis", server.url(), "--requests", "2000", "--seconds", "60");

      assertThat(run.exitCode()).isZero();
      assertThat(String.join("\n", run.out())).contains("\nRedis ", "wrong: 0");
      Awaitility.await() // tombstones expire; the clock key stays longer
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(ask(server, "DBSIZE")).isEqualTo(":2"));
      assertThat(ask(server, "EXISTS foreign")).isEqualTo(":1");
    }
  }

  private static String ask(RedisServerProcess server, String command) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write((command + "\r\n").getBytes(US_ASCII));
      var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      return in.readLine();
    }
  }

  @Test
  void goesOnWithoutARedisThatIsDown() {
    String url;
    try (RedisServerProcess server = RedisServerProcess.launch()) {
      url = server.url();
    }

    CommandRun run =
        CommandRun.of("quickstart", "--redis", url, "--requests", "2000", "--seconds", "60");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).anyMatch(line -> line.startsWith("Redis is unavailable"));
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
