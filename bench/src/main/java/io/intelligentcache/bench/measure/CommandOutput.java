package io.intelligentcache.bench.measure;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every benchmark's command has: where it prints, in which form, and how it rejects its options. */
public final class CommandOutput {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  /** Whether to print JSON rather than tables. */
  public boolean json() {
    return json;
  }

  public PrintWriter out() {
    return command.commandLine().getOut();
  }

  public PrintWriter err() {
    return command.commandLine().getErr();
  }

  /** Rejects the options. The message names what is wrong. */
  public ParameterException misused(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
