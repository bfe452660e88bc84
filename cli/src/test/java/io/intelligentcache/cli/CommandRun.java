package io.intelligentcache.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/**
 * A run of the icm command in this JVM.
 *
 * @param exitCode the exit code that the process would have had
 * @param out lines on standard output
 * @param err lines on standard error
 */
public record CommandRun(int exitCode, List<String> out, List<String> err) {
  /** Runs a command line to its end. */
  public static CommandRun of(Object... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    CommandLine icm = Icm.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode =
        icm.execute(java.util.Arrays.stream(args).map(String::valueOf).toArray(String[]::new));
    return new CommandRun(
        exitCode, out.toString().lines().toList(), err.toString().lines().toList());
  }
}
