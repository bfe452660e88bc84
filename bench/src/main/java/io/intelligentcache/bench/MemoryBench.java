package io.intelligentcache.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link MemoryHit} for every contender, with one thread and with two. */
final class MemoryBench {
  private static final int[] THREADS = {1, 2};
  private static final int WARMUPS = 4;
  private static final int ROUNDS = 5;
  private static final double MEDIAN = 50;
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private MemoryBench() {}

  static List<MemoryLine> run(boolean verbose) throws RunnerException {
    var lines = new ArrayList<MemoryLine>();
    for (int threads : THREADS) {
      ChainedOptionsBuilder options = new OptionsBuilder()
          .include(MemoryHit.class.getName() + ".get")
          .threads(threads)
          .forks(1)
          .warmupIterations(WARMUPS)
          .warmupTime(TimeValue.seconds(1))
          .measurementIterations(ROUNDS)
          .measurementTime(TimeValue.seconds(1))
          .addProfiler(GCProfiler.class)
          .shouldFailOnError(true)
          .verbosity(verbose ? VerboseMode.NORMAL : VerboseMode.SILENT);
      lines.addAll(lines(threads, new Runner(options.build()).run()));
    }
    return lines;
  }

  private static List<MemoryLine> lines(int threads, Collection<RunResult> results) {
    double caffeine = results.stream()
        .filter(result -> contender(result).equals(Contender.CAFFEINE.name()))
        .mapToDouble(result -> result.getPrimaryResult().getScore())
        .findFirst()
        .orElse(Double.NaN);
    return results.stream()
        .map(result -> {
          Result<?> score = result.getPrimaryResult();
          return new MemoryLine(
              "memory-hit",
              contender(result).toLowerCase(Locale.ROOT),
              threads,
              score.getScore(),
              score.getScoreError(),
              score.getScore() / caffeine,
              allocated(result));
        })
        .toList();
  }

  private static String contender(RunResult result) {
    return result.getParams().getParam("contender");
  }

  /** The median of the rounds: the last one counts what JMH itself allocates as it ends the trial. */
  private static double allocated(RunResult result) {
    Result<?> bytes = result.getSecondaryResults().get(ALLOCATED);
    return bytes == null ? Double.NaN : bytes.getStatistics().getPercentile(MEDIAN);
  }
}
