package io.intelligentcache.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code icm completion}: prints a script for the completion of commands and options in a shell. */
@Command(
    name = "completion",
    description = {
      "Print a script that lets bash or zsh complete commands and options.",
      "In bash: source <(./icm completion). In zsh the same, after: autoload -U +X bashcompinit && "
          + "bashcompinit."
    },
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(AutoComplete.bash("icm", spec.root().commandLine()));
    out.flush();
    return 0;
  }
}
