package io.intelligentcache.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds a Redis server to test with: {@code -Dredis.binary=}, else {@code redis-server} on the path,
 * else the one in the jar of org.signal:embedded-redis.
 */
public final class RedisBinary {
  private static final String VERSION_IN_JAR = "7.0.15";
  private static @Nullable Path extracted;

  private RedisBinary() {}

  static synchronized Path find() {
    String told = System.getProperty("redis.binary", "");
    return told.isEmpty() ? onPath().orElseGet(RedisBinary::fromJar) : Path.of(told);
  }

  private static Optional<Path> onPath() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
        .map(folder -> Path.of(folder, "redis-server"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  public static synchronized Path fromJar() {
    Path file = extracted;
    if (file == null) {
      String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
      String arch = System.getProperty("os.arch");
      String resource = "/redis-server-" + VERSION_IN_JAR
          + (os.contains("mac") ? "-darwin-" : "-linux-")
          + (arch.equals("aarch64") ? "arm64" : "amd64");
      try (InputStream in = RedisBinary.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new IllegalStateException(
              "no redis-server: set -Dredis.binary=, or put one on the path; no " + resource);
        }
        file = Files.createTempFile("redis-server-", "");
        file.toFile().deleteOnExit();
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        if (!file.toFile().setExecutable(true)) {
          throw new IllegalStateException("can't be made executable: " + file);
        }
        extracted = file;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return file;
  }
}
