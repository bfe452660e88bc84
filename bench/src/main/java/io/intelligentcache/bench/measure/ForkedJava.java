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
 * A separate Java process with the same classes.
 *
 * @param main the class whose main method it runs
 * @param options options of Java
 * @param limit the time after which it is killed
 */
public record ForkedJava(Class<?> main, List<String> options, Duration limit) {
  /** An option of Java: only errors are logged. */
  public static final String QUIET = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error";

  public ForkedJava {
    options = List.copyOf(options);
  }

  /**
   * Runs the process, waits for its end and returns its output. The output must
   * fit into the buffer of a pipe.
   */
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
