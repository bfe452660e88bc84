package io.intelligentcache.cli.chaos.server;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.intelligentcache.cli.console.Failure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A Redis server of the run's own, on a free port of 127.0.0.1, that keeps nothing on disk. One
 * thread at a time may call it.
 */
final class RedisServer implements AutoCloseable {
  private static final int ATTEMPTS = 5;
  private static final int PORTS_TRIED = 1_000;
  private static final int HIGHEST_PORT = 65_535;
  private static final int START_SECONDS = 20;
  private static final int END_SECONDS = 10;
  private static final int ANSWER_MILLIS = 5_000;
  private static final long POLL_NANOS = MILLISECONDS.toNanos(5);

  private final Path binary;
  private final Path directory;
  private final int port;
  private final List<String> options;
  private final Map<String, String> environment;
  private volatile @Nullable Process process; // null before the first start

  private RedisServer(
      Path binary, Path directory, int port, Map<String, String> environment, String... options) {
    this.binary = binary;
    this.directory = directory;
    this.port = port;
    this.options = List.of(options);
    this.environment = environment;
  }

  /**
   * Starts a server, and waits until it answers.
   *
   * @param directory where it may write
   * @param options further options of the server
   */
  static RedisServer launch(Path binary, Path directory, String... options) {
    return launch(binary, directory, Map.of(), options);
  }

  /**
   * The same.
   *
   * @param environment further variables of its process
   */
  static RedisServer launch(
      Path binary, Path directory, Map<String, String> environment, String... options) {
    return launch(binary, directory, HIGHEST_PORT, environment, options);
  }

  /**
   * The same, with options of the caller's.
   *
   * @param highestPort it listens on this port at most
   */
  static RedisServer launch(Path binary, Path directory, int highestPort, String... options) {
    return launch(binary, directory, highestPort, Map.of(), options);
  }

  private static RedisServer launch(
      Path binary,
      Path directory,
      int highestPort,
      Map<String, String> environment,
      String... options) {
    for (int attempt = 1; ; attempt++) {
      var server = new RedisServer(binary, directory, freePort(highestPort), environment, options);
      try {
        server.start();
        return server;
      } catch (Failure failure) { // somebody may have been faster to take the port
        if (attempt == ATTEMPTS) {
          throw failure;
        }
      }
    }
  }

  private static int freePort(int highest) {
    for (int attempt = 0; attempt < PORTS_TRIED; attempt++) {
      try (var any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        if (any.getLocalPort() <= highest) {
          return any.getLocalPort();
        }
      } catch (IOException failure) {
        throw Failure.of("can't listen on 127.0.0.1: " + failure, failure);
      }
    }
    throw Failure.of("no free port of 127.0.0.1 up to " + highest);
  }

  int port() {
    return port;
  }

  /** Starts it on the port it had, empty; returns when it answers. */
  void start() {
    deleteDump();
    List<String> command = new ArrayList<>(List.of(
        binary.toString(),
        "--port",
        String.valueOf(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--daemonize",
        "no",
        "--dir",
        directory.toString()));
    command.addAll(options);
    try {
      ProcessBuilder builder = new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(directory.resolve("redis-server.log").toFile());
      builder.environment().putAll(environment);
      Process started = builder.start();
      process = started;
      awaitAnswer(started);
    } catch (IOException failure) {
      throw Failure.of("can't start " + binary + ": " + failure.getMessage(), failure);
    }
  }

  /** A replica leaves what its primary once sent on disk, and would have that old data again. */
  private void deleteDump() {
    Path dump = directory.resolve("dump.rdb");
    try {
      Files.deleteIfExists(dump);
    } catch (IOException failure) {
      throw Failure.of("can't delete " + dump + ": " + failure, failure);
    }
  }

  private void awaitAnswer(Process started) {
    long deadline = System.nanoTime() + SECONDS.toNanos(START_SECONDS);
    while (!answersPing()) {
      if (!started.isAlive() || System.nanoTime() - deadline > 0) {
        kill();
        throw Failure.of(binary + " did not start on port " + port);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private boolean answersPing() {
    try {
      return ask("PING").equals(List.of("PONG"));
    } catch (IOException notYet) {
      return false;
    }
  }

  /**
   * Sends a command over a connection of its own, and returns what {@link Resp#answer} makes of its
   * answer.
   *
   * @throws IOException if the server does not answer, or with an error
   */
  List<String> ask(String... words) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write(Resp.request(words));
      return Resp.answer(new BufferedInputStream(socket.getInputStream()));
    }
  }

  /** Sends a command whose answer does not matter. */
  void tell(String... words) {
    try {
      ask(words);
    } catch (IOException away) {
      // then it has nothing that the command would change
    }
  }

  /** Freezes it: connections stay open, nothing is answered. */
  void freeze() {
    signal("-STOP");
  }

  /** Lets it go on. */
  void thaw() {
    signal("-CONT");
  }

  private void signal(String signal) {
    Process running = process;
    if (running == null || !running.isAlive()) {
      return;
    }
    try {
      Process kill = new ProcessBuilder("kill", signal, String.valueOf(running.pid())).start();
      if (!kill.waitFor(END_SECONDS, SECONDS) || kill.exitValue() != 0) {
        throw Failure.of("kill " + signal + " " + running.pid() + " failed");
      }
    } catch (IOException failure) {
      throw Failure.of("can't run kill: " + failure.getMessage(), failure);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
  }

  /** Kills it at once, frozen or not; it forgets everything. */
  void kill() {
    Process running = process;
    if (running == null) {
      return;
    }
    running.destroyForcibly();
    try {
      if (!running.waitFor(END_SECONDS, SECONDS)) {
        throw Failure.of(binary + " with PID " + running.pid() + " does not end");
      }
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }
}
