package io.intelligentcache.cli.quickstart;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code icm quickstart}. */
@Command(name = "quickstart", mixinStandardHelpOptions = true)
public final class QuickstartCommand implements Callable<Integer> {
  /** Made by the command line. */
  public QuickstartCommand() {}

  /** {@return the exit code: 0} */
  @Override
  public Integer call() {
    return 0;
  }
}
