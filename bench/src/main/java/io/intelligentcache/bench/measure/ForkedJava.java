package io.intelligentcache.bench.measure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own with the same classes.
 *
 * @param main whose main method it runs
 * @param options of Java
 * @param limit after which it is ended
 */
public record ForkedJava(Class<?> main, List<String> options, Duration limit) {
  /** Of the options: nothing is logged but errors. */
  public static final String QUIET = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error";

  public ForkedJava {
    options = List.copyOf(options);
  }

  /** Waits for the process; returns what it printed, which may be no more than a pipe takes. */
  public String run(List<String> args) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add(QUIET);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(args);
    Process process = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("no answer within " + limit.toSeconds() + " seconds");
    }
    if (process.exitValue() != 0) {
      throw new IOException("the process ended with exit code " + process.exitValue());
    }
    try (InputStream out = process.getInputStream()) {
      return new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
