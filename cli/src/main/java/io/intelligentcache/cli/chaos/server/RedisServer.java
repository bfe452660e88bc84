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
 * A Redis server that the run starts on a free port of 127.0.0.1, without persistence. One
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
  private volatile @Nullable Process process; // null before start

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
   * @param directory the server may write here
   * @param options further options of the server
   */
  static RedisServer launch(Path binary, Path directory, String... options) {
    return launch(binary, directory, Map.of(), options);
  }

  /**
   * Starts a server, and waits until it answers.
   *
   * @param environment further environment variables of its process
   */
  static RedisServer launch(
      Path binary, Path directory, Map<String, String> environment, String... options) {
    return launch(binary, directory, HIGHEST_PORT, environment, options);
  }

  /**
   * Starts a server, and waits until it answers.
   *
   * @param highestPort the highest port that it may listen on
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
      } catch (Failure failure) { // another process may have taken the port
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

  /** Starts the server empty, on its port; returns when it answers. */
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

  /**
   * Deletes the dump. A replica stores on disk what its primary once sent, and would load that old data.
   */
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
   * Sends a command over its own connection, and returns the answer as {@link Resp#answer} parses it.
   *
   * @throws IOException if the server does not answer, or answers with an error
   */
  List<String> ask(String... words) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write(Resp.request(words));
      return Resp.answer(new BufferedInputStream(socket.getInputStream()));
    }
  }

  /** Sends a command and ignores its answer. */
  void tell(String... words) {
    try {
      ask(words);
    } catch (IOException away) {
      // a server that is down has nothing for the command to change
    }
  }

  /** Stops the process (SIGSTOP): connections stay open, nothing is answered. */
  void freeze() {
    signal("-STOP");
  }

  /** Lets the process continue. */
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

  /** Kills the server at once, frozen or not. All its data is lost. */
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
