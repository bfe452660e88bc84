package io.intelligentcache.all;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.redis.Redis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A manager that was closed leaves nothing behind in the process, and only its store on disk. */
final class OpenCloseTest extends SharedRedis {
  private static final int CYCLES = Integer.getInteger("icm.openCloseCycles", 50);
  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  @TempDir
  Path store;

  private void cycle(int number, boolean withRedis) {
    TieredCacheManager.Builder builder = TieredCacheManager.builder()
        .disk(Disk.at(store).maximumMegabytes(4).writeBehind(Duration.ofSeconds(1)));
    if (withRedis) {
      builder.redis(Redis.at(server.url()).namespace(namespace));
    }
    try (TieredCacheManager manager = builder.build()) {
      TieredCache<Integer, String> cache = manager.cache("c", Integer.class, String.class);
      cache.put(number % 100, "value ".repeat(1_000));
      assertThat(cache.get(-number - 1, key -> "loaded")).isEqualTo("loaded");
      cache.async().get(number % 100).thenRun(() -> {}).join();
      cache.invalidateMatching("7.*");
    }
  }

  /** Of all managers of this process, by name: threads are numbered anew in each. */
  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("icm-") || name.startsWith("intelligent-cache"))
        .sorted()
        .toList();
  }

  private static long openFiles() {
    try (Stream<Path> files = Files.list(OPEN_FILES)) {
      return files.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void leavesNothing(int cycles, boolean withRedis) {
    List<String> threadsBefore = threads();
    cycle(0, withRedis); // loads classes, and what they need
    await().until(() -> threadsBefore.containsAll(threads()));
    boolean countable = Files.isDirectory(OPEN_FILES);
    long filesBefore = countable ? openFiles() : 0;
    for (int i = 0; i < cycles; i++) {
      cycle(i, withRedis);
    }
    await().until(() -> threadsBefore.containsAll(threads()));
    if (countable) {
      await().untilAsserted(() -> assertThat(openFiles()).isLessThanOrEqualTo(filesBefore));
    }
  }

  @Test
  void neitherThreadsNorOpenFilesRemain() {
    leavesNothing(CYCLES, false);
  }

  @Test
  void norDoTheyWithRedis() {
    leavesNothing(Math.max(1, CYCLES / 10), true);
  }
}
