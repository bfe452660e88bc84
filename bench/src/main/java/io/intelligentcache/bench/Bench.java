package io.intelligentcache.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code icm bench}: ours beside others, in one run on this machine. */
@Command(
    name = "icm bench",
    description = "Measure beside other caches, in one run on this machine.",
    subcommands = Bench.OfMemory.class,
    mixinStandardHelpOptions = true)
public final class Bench {
  private Bench() {}

  /**
   * Runs the command and ends the process.
   *
   * @param args the command line, without {@code bench}
   */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Bench())
        .setExecutionExceptionHandler((failure, at, parsed) -> {
          at.getErr().println("icm: " + failure);
          return at.getCommandSpec().exitCodeOnExecutionException();
        })
        .execute(args));
  }

  /** {@code icm bench memory}. */
  @Command(
      name = "memory",
      description = "Hits in the memory tier: throughput, and bytes allocated per hit.",
      mixinStandardHelpOptions = true)
  static final class OfMemory implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    @Option(names = "--verbose", description = "Print what JMH says while it measures.")
    private boolean verbose;

    @Override
    public Integer call() throws RunnerException {
      PrintWriter out = spec.commandLine().getOut();
      spec.commandLine().getErr().println("measuring, takes about two minutes ...");
      List<MemoryLine> lines = MemoryBench.run(verbose);
      if (json) {
        var mapper = new JsonMapper();
        lines.forEach(line -> out.println(mapper.writeValueAsString(line)));
      } else {
        print(lines, out);
      }
      out.flush();
      return 0;
    }

    private static void print(List<MemoryLine> lines, PrintWriter out) {
      out.println("memory hits: 65,536 string keys, Zipf 0.99, all present");
      out.println("threads  contender    ops/us    +/-  beside Caffeine  bytes/op");
      for (MemoryLine line : lines) {
        out.println(String.format(
            Locale.ROOT,
            "%7d  %-9s %9.1f %6.1f %16.2f %9.3f",
            line.threads(),
            line.contender(),
            line.opsPerMicrosecond(),
            line.error(),
            line.besideCaffeine(),
            line.bytesPerOp()));
      }
    }
  }
}
