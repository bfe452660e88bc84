package io.intelligentcache.cli.chaos.server;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.cli.console.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The wall clock of a server. A library that is loaded into its process sets it wrong: the library maps
 * a file and reads from it the microseconds to add. One thread at a time may set it.
 */
final class ServerTime {
  private static final String SOURCE = "server-time.c";
  private static final long COMPILE_SECONDS = 30;
  private static final long LONGEST_SECONDS = 3_600;
  private static final long TRIED_SECONDS = 1_000;

  private final Path library;
  private final Path file;
  private final SplittableRandom random;

  private ServerTime(Path library, Path file, long seed) {
    this.library = library;
    this.file = file;
    this.random = new SplittableRandom(seed);
  }

  /**
   * Compiles the library. Returns null if there is no {@code cc} that can compile it.
   *
   * @param directory for the library and its file
   * @param seed decides how far the clock jumps
   */
  static @Nullable ServerTime build(Path directory, long seed) {
    Path source = directory.resolve(SOURCE);
    Path library = directory.resolve("server-time.so");
    try (InputStream in =
        Objects.requireNonNull(ServerTime.class.getResourceAsStream(SOURCE), SOURCE)) {
      Files.copy(in, source);
      Process compiler = new ProcessBuilder(
              "cc", "-O1", "-shared", "-fPIC", "-o", library.toString(), source.toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
      if (!compiler.waitFor(COMPILE_SECONDS, SECONDS)) {
        compiler.destroyForcibly();
        return null;
      }
      if (compiler.exitValue() != 0) {
        return null;
      }
      var time = new ServerTime(library, directory.resolve("server-time"), seed);
      time.reset();
      return time;
    } catch (IOException noCompiler) {
      return null;
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /** The environment variables that the server's process needs. */
  Map<String, String> environment() {
    return Map.of("LD_PRELOAD", library.toString(), "ICM_SERVER_TIME", file.toString());
  }

  /** Whether the library was loaded. Sets the clock for a moment, and asks the server for the time. */
  boolean takesEffectAt(RedisServer server) {
    try {
      long before = seconds(server);
      set(SECONDS.toMicros(TRIED_SECONDS));
      return seconds(server) - before >= TRIED_SECONDS;
    } catch (IOException away) {
      return false;
    } finally {
      reset();
    }
  }

  private static long seconds(RedisServer server) throws IOException {
    List<String> time = server.ask("TIME");
    return Long.parseLong(time.get(0));
  }

  /** Lets the clock jump by a second to an hour. The length is drawn on a logarithmic scale. */
  void jump(boolean ahead) {
    double seconds = Math.pow(LONGEST_SECONDS, random.nextDouble());
    long micros = (long) (seconds * SECONDS.toMicros(1));
    set(ahead ? micros : -micros);
  }

  /** Sets the clock right. */
  void reset() {
    set(0);
  }

  private void set(long micros) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    bytes.putLong(0, micros);
    try (var channel = FileChannel.open(file, CREATE, WRITE)) {
      channel.write(bytes, 0);
    } catch (IOException failure) {
      throw Failure.of("can't write " + file + ": " + failure, failure);
    }
  }
}
