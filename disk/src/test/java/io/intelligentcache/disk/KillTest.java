package io.intelligentcache.disk;

import static io.intelligentcache.disk.Fixture.get;
import static io.intelligentcache.disk.Fixture.value;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.tier.TierContext;
import io.intelligentcache.tier.TierStats;
import io.intelligentcache.tier.TimeSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KillTest {
  private static final int KILLS = 4;

  @TempDir
  Path directory;

  /** What was answered last for each key: its version, negative if it was removed. */
  private final Map<String, Integer> answered = new HashMap<>();

  /** Keys that were in the log before the last kill: their overwrites are never lost. */
  private final Set<String> known = new HashSet<>();

  @Test
  void nothingIsDamagedWrongOrBroughtBackByKillingTheProcess() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int version = 1;
    int checked = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      version = writeAndKill(random, version);
      checked += verify("seed " + seed + ", kill " + kill);
    }
    assertThat(checked).as("seed %s", seed).isGreaterThan(1_000);
  }

  /** Returns a version above all that were written. */
  private int writeAndKill(Random random, int from) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-Xmx256m",
            KilledWriter.class.getName(),
            directory.toString(),
            Long.toString(random.nextLong()),
            Integer.toString(from))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    int lines = 0;
    int last = 1_000 + random.nextInt(40_000);
    try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      assertThat(out.readLine()).isEqualTo("ready");
      String line;
      while ((line = out.readLine()) != null && line.indexOf(' ') > 0) {
        String[] parts = line.split(" ", -1);
        if (parts.length == 2 && !parts[1].isEmpty()) {
          answered.put(parts[0], Integer.parseInt(parts[1]));
        }
        if (++lines == last) {
          // SIGKILL, and unlike Process.destroyForcibly it leaves us what was said until then.
          assertThat(process.toHandle().destroyForcibly()).isTrue();
        }
      }
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(30, SECONDS)).isTrue();
    }
    assertThat(lines).isGreaterThan(500);
    return from + 200_000;
  }

  private int verify(String what) {
    int there = 0;
    List<String> lost = new ArrayList<>();
    try (var tier =
        Disk.at(directory).maximumMegabytes(64).open(new TierContext(TimeSource.SYSTEM))) {
      for (int i = 0; i < KilledWriter.KEYS; i++) {
        String key = "k" + i;
        String found = get(tier, key);
        int expected = answered.getOrDefault(key, 0);
        if (found == null) {
          if (expected > 0 && known.contains(key)) {
            lost.add(key);
          }
          answered.remove(key);
          known.remove(key);
          continue;
        }
        there++;
        int version = Integer.parseInt(found.substring(found.indexOf('/') + 1).split("/", 2)[0]);
        // A write that was under way when the process died may be there: it is newer.
        assertThat(version)
            .as("%s, %s", what, key)
            .isGreaterThanOrEqualTo(expected)
            .isPositive();
        assertThat(found).isEqualTo(value(key + "/" + version, found.length()));
        answered.put(key, version);
        known.add(key);
      }
      TierStats stats = tier.stats();
      assertThat(stats.damaged()).as(what).isZero();
      assertThat(stats.entries()).as(what).isEqualTo(there);
    }
    // A removal under way can take a known key; more than what was open at once can't be.
    assertThat(lost).as(what).hasSizeLessThanOrEqualTo(16);
    return there;
  }
}
