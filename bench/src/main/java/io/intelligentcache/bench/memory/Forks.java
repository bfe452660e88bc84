package io.intelligentcache.bench.memory;

import io.intelligentcache.bench.measure.ForkedJava;
import io.intelligentcache.bench.measure.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Measures in separate processes, one at a time, always with the same Java options. */
public final class Forks implements Turns {
  private static final String[] TIMED_OPTIONS = {"-Xms1g", "-Xmx1g", "-XX:+UseG1GC"};
  private static final ForkedJava FOOTPRINT = new ForkedJava(
      Footprint.class, List.of("-Xms2g", "-Xmx2g", "-XX:+UseSerialGC"), Duration.ofMinutes(2));
  private static final TimeValue ITERATION_LIMIT = TimeValue.seconds(60);
  private static final double MEDIAN = 50;

  private final Timing timing;
  private final boolean verbose;

  /**
   * Creates the measurements.
   *
   * @param verbose whether to print the output of JMH on standard error
   */
  Forks(Timing timing, boolean verbose) {
    this.timing = timing;
    this.verbose = verbose;
  }

  /** Kills all forked processes when this process ends. */
  public static void endWithThisProcess() {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(
            () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly),
            "icm-bench-end"));
  }

  @Override
  public Sample timed(Block block, Contender contender) throws RunnerException {
    VerboseMode mode = verbose ? VerboseMode.NORMAL : VerboseMode.SILENT;
    Options options = new OptionsBuilder()
        .include(Pattern.quote(MemoryWorkloads.class.getName() + "." + block.workload()) + "$")
        .param("contender", contender.name())
        .threads(block.threads())
        .forks(1)
        .jvmArgs(TIMED_OPTIONS)
        .jvmArgsAppend(ForkedJava.QUIET)
        .warmupIterations(timing.warmups())
        .warmupTime(TimeValue.milliseconds(timing.warmup().toMillis()))
        .measurementIterations(timing.iterations())
        .measurementTime(TimeValue.milliseconds(timing.iteration().toMillis()))
        .timeout(ITERATION_LIMIT)
        .addProfiler(GCProfiler.class)
        .shouldFailOnError(true)
        .verbosity(mode)
        .build();
    return sample(new Runner(options, OutputFormatFactory.createFormatInstance(System.err, mode))
        .runSingle());
  }

  private static Sample sample(RunResult result) {
    double hits = counted(result, "hits");
    return new Sample(
        result.getPrimaryResult().getScore(),
        allocated(result),
        hits / (hits + counted(result, "misses")));
  }

  /** The median of the iterations, because the last one includes allocations of JMH itself at its end. */
  private static double allocated(RunResult result) {
    Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
    return bytes == null ? Double.NaN : bytes.getStatistics().getPercentile(MEDIAN);
  }

  private static double counted(RunResult result, String counter) {
    Result<?> count = result.getSecondaryResults().get(counter);
    return count == null ? Double.NaN : count.getScore();
  }

  @Override
  public double bytesPerEntry(Contender contender) throws IOException, InterruptedException {
    return Double.parseDouble(
        FOOTPRINT.run(List.of(contender.name(), Integer.toString(Footprint.ENTRIES))));
  }
}
