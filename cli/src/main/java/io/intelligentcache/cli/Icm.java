package io.intelligentcache.cli;

import io.intelligentcache.cli.chaos.ChaosCommand;
import io.intelligentcache.cli.console.Failure;
import io.intelligentcache.cli.inspect.InspectCommand;
import io.intelligentcache.cli.quickstart.QuickstartCommand;
import io.intelligentcache.cli.replay.ReplayCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The {@code icm} command. Exit code 0 is success, 1 a failure, 2 wrong usage. */
@Command(
    name = "icm",
    description = "Try, measure and look into the Intelligent Cache.",
    subcommands = {
      QuickstartCommand.class,
      ReplayCommand.class,
      InspectCommand.class,
      ChaosCommand.class,
      CompletionCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "icm bench memory compares the memory tier with other caches.",
      "The first run builds it. The same holds for bench disk and bench redis.",
      "Exit codes: 0 success, 1 failure, 2 wrong usage.",
      "The environment variable ICM_JAVA_OPTS is passed to Java."
    })
public final class Icm {
  @Option(
      names = "--verbose",
      description = "Print the stack trace of an error.",
      scope = ScopeType.INHERIT)
  private boolean verbose;

  private Icm() {}

  /**
   * Runs the command, then ends the process with its exit code.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    var icm = new Icm();
    return new CommandLine(icm)
        .setExecutionExceptionHandler((failure, at, parsed) -> icm.fail(failure, at))
        .setParameterExceptionHandler((failure, args) -> misused(failure));
  }

  private int fail(Exception failure, CommandLine at) {
    PrintWriter err = at.getErr();
    if (verbose) {
      failure.printStackTrace(err);
    } else {
      err.println("icm: " + oneLine(failure));
    }
    err.flush();
    return failure instanceof Failure known ? known.exitCode() : Failure.FAILED;
  }

  private static int misused(ParameterException failure) {
    CommandLine at = failure.getCommandLine();
    PrintWriter err = at.getErr();
    err.println(
        "icm: " + oneLine(failure) + " (see " + at.getCommandSpec().qualifiedName() + " --help)");
    err.flush();
    return Failure.USAGE;
  }

  private static String oneLine(Exception failure) {
    String message = failure.getMessage();
    String said =
        message == null || !(failure instanceof Failure || failure instanceof ParameterException)
            ? failure.toString()
            : message;
    return said.replaceAll("\\s*\\R\\s*", " ");
  }
}
