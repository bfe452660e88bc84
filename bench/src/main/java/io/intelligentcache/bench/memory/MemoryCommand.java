package io.intelligentcache.bench.memory;

import io.intelligentcache.bench.measure.CommandOutput;
import io.intelligentcache.bench.measure.JsonLines;
import io.intelligentcache.bench.measure.Progress;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code icm bench memory}. */
@Command(
    name = "memory",
    description = "Compare the memory tier with other caches: throughput, allocation, metadata.",
    mixinStandardHelpOptions = true)
public final class MemoryCommand implements Callable<Integer> {
  private static final int ROUNDS = 3;

  @Mixin
  private final CommandOutput output = new CommandOutput();

  @Option(
      names = "--workload",
      split = ",",
      paramLabel = "WORKLOAD",
      description = "${COMPLETION-CANDIDATES}. Default: all.")
  private Set<Workload> workloads = EnumSet.allOf(Workload.class);

  @Option(
      names = "--contender",
      split = ",",
      paramLabel = "CONTENDER",
      description = "${COMPLETION-CANDIDATES}. Default: all.")
  private Set<Contender> contenders = EnumSet.allOf(Contender.class);

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "N",
      description = "Numbers of parallel threads. Default: 1, 2 and the number of cores.")
  private Set<Integer> threads =
      new TreeSet<>(List.of(1, 2, Math.max(2, Runtime.getRuntime().availableProcessors())));

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each is measured; the median counts. Default: 3, or 1 with --quick.")
  private @Nullable Integer rounds;

  @Option(
      names = "--quick",
      description =
          "Measure only briefly, to check that everything works. The figures mean nothing.")
  private boolean quick;

  @Option(names = "--verbose", description = "Print the output of JMH while it measures.")
  private boolean verbose;

  @Override
  public Integer call() throws FailedStepException, InterruptedException {
    Timing timing;
    List<Block> blocks;
    try {
      timing = timing();
      blocks = Block.of(workloads, threads, contenders);
    } catch (IllegalArgumentException impossible) {
      throw output.misused(String.valueOf(impossible.getMessage()));
    }
    if (blocks.isEmpty()) {
      throw output.misused("none of " + names(contenders) + " takes part in " + names(workloads)
          + ": a map has no bounds");
    }
    Forks.endWithThisProcess();
    var progress = new Progress(timing.ofSteps(blocks), output.err(), System::nanoTime);
    new MemoryBench(timing, new Forks(timing, verbose), progress).run(blocks, report());
    return 0;
  }

  private Timing timing() {
    return quick
        ? Timing.quick(rounds == null ? 1 : rounds)
        : Timing.full(rounds == null ? ROUNDS : rounds);
  }

  private BiConsumer<Block, List<MemoryLine>> report() {
    PrintWriter out = output.out();
    if (!output.json()) {
      return new Tables(out)::print;
    }
    var printed = new JsonLines(out);
    return (block, lines) -> printed.print(lines);
  }

  private static String names(Collection<?> choices) {
    return String.join(", ", choices.stream().map(Object::toString).toList());
  }
}
