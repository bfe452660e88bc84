package io.intelligentcache.cli.chaos;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.cli.CommandRun;
import io.intelligentcache.cli.chaos.server.ServerBinary;
import io.intelligentcache.cli.console.Failure;
import io.intelligentcache.redis.RedisBinaryPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ChaosCommandTest {
  @TempDir
  Path directory;

  private static List<Path> directoriesBefore = List.of();
  private static long serversBefore;
  private static CommandRun plain = new CommandRun(-1, List.of(), List.of());
  private static CommandRun json = plain;
  private static CommandRun cluster = plain;

  /** Side by side, because most of the time they wait. */
  @BeforeAll
  static void run() throws IOException {
    directoriesBefore = leftovers();
    serversBefore = servers();
    var first = supplyAsync(() -> chaos("--faults", "none", "--instances", "1", "--seed", "5"));
    var second = supplyAsync(
        () -> chaos("--json", "--faults", "cut,stall-replies", "--redis-only", "--instances", "2"));
    cluster = chaos("--cluster", "--json", "--faults", "handover", "--instances", "1");
    plain = first.join();
    json = second.join();
  }

  private static CommandRun chaos(String... options) {
    Stream<String> before = Stream.of(
        "chaos",
        "--seconds",
        "1",
        "--bound",
        "500ms",
        "--redis-server",
        RedisBinaryPath.find().toString());
    return CommandRun.of(Stream.concat(before, Stream.of(options)).toArray());
  }

  private static List<Path> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("icm-chaos-"))
          .sorted()
          .toList();
    }
  }

  private static long servers() {
    return ProcessHandle.current()
        .children()
        .filter(ProcessHandle::isAlive)
        .filter(child -> child.info().command().orElse("").contains("redis-server"))
        .count();
  }

  @Test
  void leavesNothingBehind() throws IOException {
    assertThat(leftovers()).isEqualTo(directoriesBefore);
    assertThat(servers()).isEqualTo(serversBefore);
  }

  @Test
  void printsWhatHappened() {
    assertThat(plain.err()).isEmpty();
    assertThat(plain.exitCode()).isZero();
    assertThat(plain.out().get(0)).startsWith("1 instances over ").endsWith(", seed 5");
    assertThat(String.join("\n", plain.out()))
        .containsPattern("\nreads +[1-9]")
        .containsPattern("\nwrites +[1-9]")
        .containsPattern("\nfaults +0")
        .containsPattern("\nviolations +0")
        .containsPattern("\nkeys wrong after quiescence +0 of [1-9]")
        .containsPattern("\nstrict: .*\nbounded: .*\navailable: ");
  }

  @Test
  void leavesNothingBehindWhenItIsInterrupted() throws Exception {
    List<Path> before = leftovers();
    Process icm = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
            "-cp",
            System.getProperty("java.class.path"),
            "io.intelligentcache.cli.Icm",
            "chaos",
            "--seconds",
            "3600",
            "--redis-server",
            RedisBinaryPath.find().toString())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("out").toFile())
        .start();
    try {
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(icm.descendants()).isNotEmpty());
      List<ProcessHandle> servers = icm.descendants().toList();

      icm.destroy();

      assertThat(icm.waitFor(60, SECONDS)).isTrue();
      assertThat(servers).noneMatch(ProcessHandle::isAlive);
      assertThat(leftovers()).isEqualTo(before);
    } finally {
      icm.descendants().forEach(ProcessHandle::destroyForcibly);
      icm.destroyForcibly();
    }
  }

  @Test
  void printsOneJsonObject() {
    assertThat(json.out()).hasSize(1);
    JsonNode report = new JsonMapper().readTree(json.out().get(0));
    assertThat(report.get("passed").asBoolean()).isEqualTo(json.exitCode() == 0);
    assertThat(report.get("instances").asInt()).isEqualTo(2);
    assertThat(report.get("boundMillis").asInt()).isEqualTo(500);
    assertThat(report.get("reads").asLong()).isPositive();
    assertThat(report.get("violations").propertyNames())
        .containsExactly("stale", "ownWrite", "wrong", "disagreed", "heard", "expired");
    assertThat(report.get("caches").propertyNames())
        .containsExactly("strict", "bounded", "available");
    assertThat(report.get("boundedMillis").asInt()).isEqualTo(5_000);
    assertThat(report.get("keys").asInt()).isGreaterThan(3 * 48);
  }

  @Test
  void refusesWhatCanNotBe() {
    assertRefused("--seconds must be 1 to", "--seconds", "0");
    assertRefused("--instances must be 1 to 16: 17", "--instances", "17");
    assertRefused("--bound must be like 500ms or 2s: soon", "--bound", "soon");
    assertRefused("--bound must be 0s to 30s", "--bound", "31s");
    assertRefused("--bounded must be 1ms to 30s", "--bounded", "0s");
    assertRefused("--maxmemory must be like 1500kb or 2mb: much", "--maxmemory", "much");
    assertRefused("--rows must be 0 to 48: 49", "--rows", "49");
    assertRefused("--faults: no such fault: earthquake", "--faults", "earthquake");
  }

  private static void assertRefused(String message, String option, String value) {
    CommandRun run =
        CommandRun.of("chaos", "--redis-server", RedisBinaryPath.find().toString(), option, value);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).singleElement().asString().contains(message);
  }

  @Test
  void refusesFaultsThatItsModeDoesNotHave() {
    assertRefused("--faults: move-slots needs --cluster", "--faults", "move-slots");

    CommandRun run = chaos("--cluster", "--faults", "server-clock-ahead");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .singleElement()
        .asString()
        .contains("--faults: server-clock-ahead can't be had with --cluster");
  }

  @Test
  void runsOnACluster() {
    assertThat(cluster.err()).isEmpty();
    JsonNode report = new JsonMapper().readTree(cluster.out().get(0));
    assertThat(report.get("mode").asString()).isEqualTo("cluster");
  }

  @Test
  void saysWhereItLookedForAServer() throws IOException {
    Path absent = directory.resolve("redis-server");
    assertThatThrownBy(() -> ServerBinary.find(absent, ""))
        .isInstanceOf(Failure.class)
        .hasMessage("--redis-server: no executable file: " + absent);
    assertThatThrownBy(() -> ServerBinary.find(null, directory.toString()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("no redis-server in the folders of PATH (" + directory + ")")
        .hasMessageContaining("--redis-server");

    Files.createFile(absent);
    assertThatThrownBy(() -> ServerBinary.find(null, directory.toString()))
        .isInstanceOf(Failure.class);
    assertThat(absent.toFile().setExecutable(true)).isTrue();
    assertThat(ServerBinary.find(null, "/nowhere:" + directory)).isEqualTo(absent);
  }

  @Test
  void aServerThatFormsNoClusterIsOneLine() throws IOException {
    Path alone = Files.writeString(
        directory.resolve("alone"),
        "#!/bin/sh\nexec " + RedisBinaryPath.find()
            + " --port \"$2\" --bind 127.0.0.1 --save ''\n");
    assertThat(alone.toFile().setExecutable(true)).isTrue();
    long running = servers();

    CommandRun run = CommandRun.of("chaos", "--cluster", "--redis-server", alone);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .singleElement()
        .asString()
        .contains("alone can't form a cluster: ERR This instance has cluster support disabled");
    assertThat(servers()).isEqualTo(running);
  }

  @Test
  void aServerThatDoesNotStartIsOneLine() throws IOException {
    Path broken = Files.writeString(directory.resolve("broken"), "#!/bin/sh\nexit 3\n");
    assertThat(broken.toFile().setExecutable(true)).isTrue();

    CommandRun run = CommandRun.of("chaos", "--redis-server", broken);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).singleElement().asString().contains("broken did not start on port");
  }
}
