package io.intelligentcache.all;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.redis.RawRedis;
import io.intelligentcache.redis.RedisServerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The wall clock of a Redis server, set by a test. Needs a C compiler, and a server that
 * loads the preloaded library.
 */
final class ServerClock implements AutoCloseable {
  private final RandomAccessFile file;
  private final RedisServerProcess server;
  private Duration moved = Duration.ZERO;

  private ServerClock(Path library, Path file) throws IOException {
    this.file = new RandomAccessFile(file.toFile(), "rw");
    moveTo(Duration.ZERO);
    this.server =
        RedisServerProcess.launchWith(List.of("LD_PRELOAD=" + library, "SERVER_CLOCK=" + file));
  }

  /**
   * Starts a server whose clock can be set.
   *
   * @param directory for the library, and for the file with the clock
   * @return empty if this machine does not support that
   */
  static Optional<ServerClock> launch(Path directory) {
    try {
      Path library = directory.resolve("server-clock.so");
      if (!Files.exists(library) && !compiles(library)) {
        return Optional.empty();
      }
      ServerClock clock =
          new ServerClock(library, Files.createTempFile(directory, "server-clock", ""));
      if (!clock.moves()) {
        clock.close();
        return Optional.empty();
      }
      return Optional.of(clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean compiles(Path library) throws IOException {
    Path source = library.resolveSibling("server-clock.c");
    try (InputStream text = ServerClock.class.getResourceAsStream("server-clock.c")) {
      Files.copy(text, source);
    }
    try {
      Process compiler = new ProcessBuilder(
              "cc", "-O1", "-shared", "-fPIC", "-o", library.toString(), source.toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
      return compiler.waitFor(60, SECONDS) && compiler.exitValue() == 0;
    } catch (IOException e) {
      return false; // no compiler
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean moves() {
    try (RawRedis redis = new RawRedis(server)) {
      move(Duration.ofDays(-1));
      long seconds =
          Long.parseLong(new String(redis.commands().time().get(0), StandardCharsets.US_ASCII));
      move(Duration.ofDays(1));
      return seconds < System.currentTimeMillis() / 1_000 - 3_600;
    }
  }

  RedisServerProcess server() {
    return server;
  }

  /** Moves the clock forward or back from its present time. */
  void move(Duration by) {
    moveTo(moved.plus(by));
  }

  /** Sets the offset of the clock from the clock of the machine. */
  void moveTo(Duration offset) {
    long micros = offset.toNanos() / 1_000;
    byte[] bytes = ByteBuffer.allocate(Long.BYTES)
        .order(ByteOrder.nativeOrder())
        .putLong(micros)
        .array();
    try {
      file.seek(0);
      file.write(bytes);
      moved = offset;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.close();
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
