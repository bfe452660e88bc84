package io.intelligentcache.cli.inspect;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code icm inspect}. */
@Command(name = "inspect", mixinStandardHelpOptions = true)
public final class InspectCommand implements Callable<Integer> {
  /** Made by the command line. */
  public InspectCommand() {}

  /** {@return the exit code: 0} */
  @Override
  public Integer call() {
    return 0;
  }
}
