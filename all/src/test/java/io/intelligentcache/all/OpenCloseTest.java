package io.intelligentcache.all;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.intelligentcache.Effort;
import io.intelligentcache.TieredCache;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.disk.Disk;
import io.intelligentcache.redis.Redis;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A closed manager leaves nothing in the process, only its store on disk. */
@ExtendWith(Effort.class)
@Timeout(7_200)
final class OpenCloseTest extends SharedRedis {
  private static final int CYCLES = Effort.of(10, 500, "openings");
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

  /**
   * The threads of all managers in this process, by name. Each manager
   * numbers its threads from the start.
   */
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
    cycle(0, withRedis); // loads classes and their resources
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

  /** The work of an application that is undeployed later. */
  public static final class Application implements Consumer<Path> {
    @Override
    public void accept(Path directory) {
      try (TieredCacheManager manager = TieredCacheManager.builder()
          .disk(Disk.at(directory).maximumMegabytes(4))
          .build()) {
        TieredCache<String, String> cache = manager.cache("c", String.class, String.class);
        cache.put("k", "value ".repeat(1_000));
        cache.get("other", key -> "loaded");
      }
    }
  }

  @Test
  void theLibraryCanBeUnloaded() throws Exception {
    WeakReference<ClassLoader> loader = runInItsOwnClassLoader();
    await().until(() -> {
      System.gc();
      return loader.refersTo(null);
    });
  }

  @SuppressWarnings("unchecked") // see the class above
  private WeakReference<ClassLoader> runInItsOwnClassLoader() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String path : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      urls.add(Path.of(path).toUri().toURL());
    }
    try (var loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      var application = (Consumer<Path>)
          loader.loadClass(Application.class.getName()).getConstructor().newInstance();
      application.accept(store);
      return new WeakReference<>(loader);
    }
  }
}
