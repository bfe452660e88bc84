package io.intelligentcache.bench.redis;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A Redis server that the run starts on a free port of 127.0.0.1, without persistence. */
final class RedisProcess implements AutoCloseable {
  private static final String NAME = "redis-server";
  private static final int ATTEMPTS = 5;
  private static final int ANSWER_MILLIS = 1_000;
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Process process;
  private final int port;

  private RedisProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Finds the executable of the server.
   *
   * @param told the file that the user named, or null to search the search path
   * @param searchPath folders, as in the environment variable {@code PATH}
   * @throws IllegalArgumentException if there is none; the message says what to do
   */
  static Path find(@Nullable Path told, String searchPath) {
    if (told != null) {
      if (!isProgram(told)) {
        throw new IllegalArgumentException("--redis-server: no executable file: " + told);
      }
      return told.toAbsolutePath();
    }
    return Arrays.stream(searchPath.split(Pattern.quote(File.pathSeparator), -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, NAME))
        .filter(RedisProcess::isProgram)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no " + NAME
            + " in the folders of PATH: install Redis or Valkey, or give the file with"
            + " --redis-server"));
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  /** Starts a server, and waits until it answers. */
  static RedisProcess start(Path binary) throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      RedisProcess server = launch(binary);
      if (server.answersInTime()) {
        return server;
      }
      server.close(); // another process may have taken the port
      if (attempt == ATTEMPTS) {
        throw new IOException(binary + " does not start");
      }
    }
  }

  private static RedisProcess launch(Path binary) throws IOException {
    int port;
    try (var any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = any.getLocalPort();
    }
    String[] command = {
      binary.toString(),
      "--port",
      Integer.toString(port),
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      "--appendonly",
      "no"
    };
    return new RedisProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start(),
        port);
  }

  private boolean answersInTime() {
    long begun = System.nanoTime();
    while (process.isAlive() && System.nanoTime() - begun < START_NANOS) {
      if (answers()) {
        return true;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return false;
  }

  private boolean answers() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write(PING);
      return socket.getInputStream().read() == '+';
    } catch (IOException notYet) {
      return false;
    }
  }

  String url() {
    return "redis://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
