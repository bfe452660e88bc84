package io.intelligentcache.disk.internal;

import static io.intelligentcache.disk.internal.Fixture.await;
import static io.intelligentcache.disk.internal.Fixture.copy;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Effort;
import io.intelligentcache.Seed;
import io.intelligentcache.disk.DiskInspector;
import io.intelligentcache.tier.Lookup;
import io.intelligentcache.tier.Tier;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Kills a writing process again and again. After each kill, compares the stored entries with the
 * completed operations.
 */
@ExtendWith(Effort.class)
final class KillTest {
  private static final int KILLS =
      Effort.of(4, 200, "kills, and half as many of an encrypted store");

  @TempDir
  Path directory;

  @RegisterExtension
  private final Seed seed = new Seed();

  private final Random random = seed.random();
  private final AnsweredHistory history = new AnsweredHistory();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Timeout(7_200)
  void nothingIsDamagedWrongOrBroughtBackByKillingTheProcess(boolean encrypted) throws Exception {
    Path live = directory.resolve("live");
    int kills = encrypted ? KILLS / 2 : KILLS;
    long found = 0;
    for (int kill = 0; kill < kills; kill++) {
      writeAndKill(live, encrypted);
      found += verify(live, encrypted, "seed " + seed + ", kill " + kill);
    }
    assertThat(found).as("seed %s", seed).isGreaterThan(100L * kills);
  }

  private void writeAndKill(Path live, boolean encrypted) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx128m",
            "-XX:+DisplayVMOutputToStderr", // stdout is for completed operations only
            "-cp",
            System.getProperty("java.class.path"),
            KilledWriter.class.getName(),
            live.toString(),
            Long.toString(random.nextLong()),
            Integer.toString(history.nextVersion()),
            Boolean.toString(encrypted))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    int left = 100 + random.nextInt(random.nextInt(4) == 0 ? 60_000 : 8_000);
    try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      assertThat(out.readLine()).isEqualTo("ready");
      String line = out.readLine();
      String next = out.readLine();
      while (next != null) { // the last line may be cut off
        history.said(line);
        if (--left == 0) {
          // Sends SIGKILL. Unlike Process.destroyForcibly it keeps the output that is not read yet.
          assertThat(process.toHandle().destroyForcibly()).isTrue();
        }
        line = next;
        next = out.readLine();
      }
      if (line != null && line.matches("begin \\d")) {
        history.said(line);
      }
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(30, SECONDS)).isTrue();
    }
    assertThat(left).as("it was killed, it did not end by itself").isLessThanOrEqualTo(0);
  }

  /**
   * Opens the directory or, every other time, a copy of it. Then the next process finds the files
   * as the killed one left them.
   */
  private int verify(Path live, boolean encrypted, String what) throws IOException {
    Path looked = live;
    if (random.nextBoolean()) {
      looked = directory.resolve("copy");
      copy(live, looked);
    }
    int there = 0;
    try (Tier tier = KilledWriter.open(looked, encrypted)) {
      for (int key = 0; key < KilledWriter.KEYS; key++) {
        long asked = System.currentTimeMillis();
        Lookup answer = await(tier.get(KilledWriter.key(key)));
        there += history.check(key, answer, asked, what) ? 1 : 0;
      }
      assertThat(tier.stats().damaged()).as(what).isZero();
    }
    history.checked(what);
    assertThat(DiskInspector.inspect(looked).damage()).as(what).isEmpty();
    if (looked != live) {
      delete(looked);
    }
    return there;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
