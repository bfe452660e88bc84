package io.intelligentcache.all;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.Memory;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.disk.Disk;
import java.io.BufferedReader;
import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that is killed while it writes leaves no wrong and no old values behind. */
final class KilledProcessTest {
  private static final int KEYS = 20_000;
  private static final int PUTS = 100_000;

  @TempDir
  Path directory;

  private static TieredCacheManager open(Path directory) {
    return TieredCacheManager.builder()
        .memory(Memory.ofBytes(500_000))
        .disk(Disk.at(directory).maximumMegabytes(64))
        .build();
  }

  private static String value(int key, int step) {
    return key + ":" + step + ":" + Integer.toHexString(key * 31 + step).repeat(1 + key % 60);
  }

  /** The process that is killed: overwrites and invalidates keys, and prints which calls have returned. */
  public static void main(String[] arguments) {
    TieredCache<Integer, String> cache =
        open(Path.of(arguments[0])).cache("c", Integer.class, String.class);
    var random = new Random(Long.parseLong(arguments[1]));
    for (int step = 0; step < PUTS; step++) {
      int key = random.nextInt(KEYS);
      if (step % 10 == 9) {
        cache.invalidate(key);
        System.out.println("- " + key + " " + step);
      } else {
        cache.put(key, value(key, step));
        System.out.println("+ " + key + " " + step);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void afterAKillEveryValueIsTheLastAcknowledgedOneOrALaterOneOrAbsent(long seed) throws Exception {
    Process writer = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            KilledProcessTest.class.getName(),
            directory.resolve("cache").toString(),
            Long.toString(seed))
        .redirectError(new File(directory.toFile(), "stderr"))
        .start();
    Map<Integer, Integer> acknowledged = new HashMap<>();
    int killAt = 30_000 + new Random(seed).nextInt(50_000);
    try (BufferedReader lines = writer.inputReader(UTF_8)) {
      String line = lines.readLine();
      for (int count = 0; line != null && count < killAt; count++, line = lines.readLine()) {
        String[] parts = line.split(" ", -1);
        acknowledged.put(Integer.valueOf(parts[1]), Integer.valueOf(parts[2]));
      }
      writer.destroyForcibly().waitFor(); // SIGKILL
      for (; line != null; line = readQuietly(lines)) { // acknowledged before it died
        String[] parts = line.split(" ", -1);
        if (parts.length == 3 && !parts[2].isEmpty()) {
          acknowledged.put(Integer.valueOf(parts[1]), Integer.valueOf(parts[2]));
        }
      }
    }
    assertThat(acknowledged.size()).as("written before the kill").isGreaterThan(10_000);
    int found = 0;
    try (var reopened = open(directory.resolve("cache"))) {
      TieredCache<Integer, String> cache = reopened.cache("c", Integer.class, String.class);
      for (int key = 0; key < KEYS; key++) {
        String value = cache.get(key);
        if (value != null) {
          found++;
          int step = Integer.parseInt(value.split(":", -1)[1]);
          assertThat(value).isEqualTo(value(key, step));
          assertThat(step)
              .as("seed %d, key %d is older than what had returned", seed, key)
              .isGreaterThanOrEqualTo(acknowledged.getOrDefault(key, -1));
        }
      }
    }
    assertThat(found).as("survivors").isGreaterThan(5_000);
  }

  private static @Nullable String readQuietly(BufferedReader lines) {
    try {
      return lines.readLine();
    } catch (java.io.IOException streamClosedWithTheProcess) {
      return null;
    }
  }
}
