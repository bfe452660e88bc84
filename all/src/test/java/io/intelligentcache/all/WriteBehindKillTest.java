package io.intelligentcache.all;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.disk.Disk;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process leaves on disk if it is killed, or ends, while all its entries are in memory. */
final class WriteBehindKillTest {
  private static final int ENTRIES = 1_000;

  @TempDir
  Path directory;

  private static TieredCacheManager open(Path directory) {
    return TieredCacheManager.builder()
        .disk(Disk.at(directory).maximumMegabytes(64).writeBehind(Duration.ofSeconds(1)))
        .build();
  }

  private static TieredCache<Integer, String> cache(TieredCacheManager manager) {
    return manager.cache("c", Integer.class, String.class);
  }

  /** The process that is killed. */
  public static final class Killed {
    public static void main(String[] arguments) throws InterruptedException {
      TieredCacheManager manager = open(Path.of(arguments[0]));
      fill(cache(manager));
      while (manager.stats().disk().entries() < ENTRIES) {
        Thread.sleep(10);
      }
      cache(manager).invalidate(0); // returns when the file has all earlier writes
      System.out.println("written");
      Thread.sleep(Duration.ofHours(1).toMillis());
    }
  }

  /**
   * The process that ends while sixteen of its threads put values, and two of its
   * shutdown hooks close the manager.
   */
  public static final class Ending {
    public static void main(String[] arguments) throws InterruptedException {
      TieredCacheManager manager = open(Path.of(arguments[0]));
      TieredCache<Integer, String> cache = cache(manager);
      fill(cache);
      Runtime.getRuntime().addShutdownHook(new Thread(manager::close));
      Runtime.getRuntime().addShutdownHook(new Thread(manager::close));
      for (int thread = 0; thread < 16; thread++) {
        var writer = new Thread(() -> {
          for (int i = 0; ; i++) {
            cache.put(ENTRIES + i % 100, "value " + i);
          }
        });
        writer.setUncaughtExceptionHandler((ended, closed) -> {});
        writer.setDaemon(true);
        writer.start();
      }
      System.exit(0);
    }
  }

  private static void fill(TieredCache<Integer, String> cache) {
    for (int key = 0; key < ENTRIES; key++) {
      cache.put(key, "value " + key);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Path temporary() {
    return directory.resolve("tmp");
  }

  private Process start(Class<?> main) throws Exception {
    return new ProcessBuilder(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-Djava.io.tmpdir=" + Files.createDirectories(temporary()),
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            directory.resolve("cache").toString()))
        .redirectError(new File(directory.toFile(), "stderr"))
        .start();
  }

  private int found() {
    int found = 0;
    try (TieredCacheManager reopened = open(directory.resolve("cache"))) {
      TieredCache<Integer, String> cache = cache(reopened);
      for (int key = 0; key < ENTRIES; key++) {
        String value = cache.get(key);
        assertThat(value).isIn(null, "value " + key);
        found += value == null ? 0 : 1;
      }
    }
    return found;
  }

  @Test
  void afterAKillAllIsThereThatWasWrittenBehind() throws Exception {
    Process process = start(Killed.class);
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      assertThat(lines.readLine()).as(() -> read(directory.resolve("stderr"))).isEqualTo("written");
    } finally {
      process.destroyForcibly().waitFor(); // SIGKILL
    }
    if (Files.exists(Path.of("/proc/self/maps"))) {
      assertThat(temporary()).as("native libraries").isEmptyDirectory();
    }
    assertThat(found()).isEqualTo(ENTRIES - 1);
  }

  @Test
  void aProcessThatEndsLeavesAllThoughTwoOfItsHooksCloseTheManager() throws Exception {
    assertThat(start(Ending.class).waitFor())
        .as(() -> read(directory.resolve("stderr")))
        .isZero();
    assertThat(temporary()).as("native libraries").isEmptyDirectory();
    assertThat(found()).isEqualTo(ENTRIES);
  }
}
