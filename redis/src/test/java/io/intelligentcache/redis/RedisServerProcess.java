package io.intelligentcache.redis;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis server that the test starts on a free port of 127.0.0.1, without persistence. It is stopped at the
 * latest when the JVM exits. Not thread-safe.
 */
public final class RedisServerProcess implements AutoCloseable {
  private static final int ATTEMPTS = 5;
  private static final int PORTS_TRIED = 1_000;
  private static final int HIGHEST_PORT = 65_535;

  /** The highest port of a node of a cluster: its bus is 10,000 above it. */
  private static final int HIGHEST_CLUSTER_PORT = HIGHEST_PORT - 10_000;

  private final List<String> command;
  private final int port;
  private @Nullable Process process; // null until it was started

  private RedisServerProcess(List<String> command, int port) throws IOException {
    this.command = command;
    this.port = port;
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    start();
  }

  /** Starts a server with further command-line options, such as {@code --requirepass secret}. */
  public static RedisServerProcess launch(String... options) {
    return launch(RedisBinary.find(), options);
  }

  /**
   * Starts a server with these variables in its environment.
   *
   * @param variables each as {@code NAME=value}
   */
  public static RedisServerProcess launchWith(List<String> variables, String... options) {
    return launch(HIGHEST_PORT, port -> {
      List<String> command = new ArrayList<>(List.of("env"));
      command.addAll(variables);
      command.addAll(command(RedisBinary.find(), port, options));
      return command;
    });
  }

  public static RedisServerProcess launch(Path binary, String... options) {
    return launch(binary, HIGHEST_PORT, options);
  }

  /** Starts a node of a cluster. It does not know any other node yet. */
  static RedisServerProcess launchClusterNode(String... options) {
    return launch(RedisBinary.find(), HIGHEST_CLUSTER_PORT, options);
  }

  private static RedisServerProcess launch(Path binary, int highestPort, String... options) {
    return launch(highestPort, port -> command(binary, port, options));
  }

  private static List<String> command(Path binary, int port, String... options) {
    List<String> command = new ArrayList<>(
        List.of(binary.toString(), "--port", "" + port, "--bind", "127.0.0.1", "--save", ""));
    command.addAll(List.of("--appendonly", "no", "--dir", directory().toString()));
    command.addAll(List.of(options));
    return command;
  }

  /**
   * An empty directory. In a used one, a server would load the file that the replication of another server has left
   * there.
   */
  private static Path directory() {
    try {
      Path directory = Files.createTempDirectory("redis-server");
      directory.toFile().deleteOnExit(); // deletes in reverse order of registration
      directory.resolve("dump.rdb").toFile().deleteOnExit();
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a sentinel with these lines of configuration, and its port. */
  static RedisServerProcess launchSentinel(String... lines) {
    return launch(HIGHEST_PORT, port -> {
      try {
        Path file = Files.createTempFile("sentinel", ".conf"); // the sentinel's state
        file.toFile().deleteOnExit();
        List<String> all = new ArrayList<>(List.of("port " + port, "bind 127.0.0.1"));
        all.addAll(List.of(lines));
        Files.write(file, all);
        return List.of(RedisBinary.find().toString(), file.toString(), "--sentinel");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  private static RedisServerProcess launch(int highestPort, IntFunction<List<String>> command) {
    IOException last = null;
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        int port = freePort(highestPort);
        return new RedisServerProcess(command.apply(port), port);
      } catch (IOException e) {
        last = e; // another process took the port
      }
    }
    throw new UncheckedIOException(requireNonNull(last));
  }

  private static int freePort(int highest) throws IOException {
    for (int i = 0; i < PORTS_TRIED; i++) {
      try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        if (any.getLocalPort() <= highest) {
          return any.getLocalPort();
        }
      }
    }
    throw new IOException("no free port of 127.0.0.1 up to " + highest);
  }

  public int port() {
    return port;
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Starts the server on its former port; returns when it answers. Does nothing if it is running. */
  public void start() throws IOException {
    Process running = process;
    if (running != null && running.isAlive()) {
      return;
    }
    Process started = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    process = started;
    long deadline = System.nanoTime() + SECONDS.toNanos(20);
    while (!answers()) {
      if (!started.isAlive() || System.nanoTime() - deadline > 0) {
        kill();
        throw new IOException("redis-server did not start on port " + port);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      int first = in.read();
      return first == '+' || first == '-'; // an error about a missing password is an answer too
    } catch (IOException e) {
      return false;
    }
  }

  /** Kills the server at once. Its data is lost. */
  public void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      waitForExit(running);
    }
  }

  /** Stops the server properly. */
  public void stop() {
    Process running = process;
    if (running != null) {
      running.destroy();
      waitForExit(running);
    }
  }

  /** Freezes the server: connections stay open, but nothing is answered. */
  public void freeze() {
    signal("-STOP");
  }

  /** Lets the server continue after {@link #freeze}. */
  public void thaw() {
    signal("-CONT");
  }

  @Override
  public void close() {
    kill();
  }

  private void signal(String signal) {
    Process running = requireNonNull(process);
    try {
      Process kill = new ProcessBuilder("kill", signal, "" + running.pid()).start();
      if (!kill.waitFor(10, SECONDS) || kill.exitValue() != 0) {
        throw new IllegalStateException("kill " + signal + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void waitForExit(Process process) {
    try {
      if (!process.waitFor(10, SECONDS)) {
        throw new IllegalStateException("redis-server does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
