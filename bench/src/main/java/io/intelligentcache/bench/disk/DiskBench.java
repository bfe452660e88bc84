package io.intelligentcache.bench.disk;

import io.intelligentcache.bench.measure.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;

/** Runs workloads, one after the other, each with all contenders that support it. */
final class DiskBench {
  private final DiskScale scale;
  private final DiskTurns turns;
  private final Progress progress;
  private final PrintWriter err;
  private int failures;

  DiskBench(DiskScale scale, DiskTurns turns, Progress progress, PrintWriter err) {
    this.scale = scale;
    this.turns = turns;
    this.progress = progress;
    this.err = err;
  }

  /** The approximate time of each step. */
  static List<Duration> planned(
      DiskScale scale, Collection<DiskWorkload> workloads, Collection<DiskContender> contenders) {
    return workloads.stream()
        .flatMap(workload -> contenders.stream()
            .filter(workload::suits)
            .map(contender -> scale.of(workload, contender)))
        .toList();
  }

  /**
   * Passes on the lines of a workload as soon as all are measured. A contender that fails is left out: a
   * library that does not run on this system must not stop the others.
   *
   * @return all lines
   */
  List<DiskLine> run(
      Collection<DiskWorkload> workloads,
      Collection<DiskContender> contenders,
      BiConsumer<DiskWorkload, List<DiskLine>> done)
      throws IOException, InterruptedException {
    turns.touchMemory();
    var all = new ArrayList<DiskLine>();
    for (DiskWorkload workload : workloads) {
      var lines = new ArrayList<DiskLine>();
      for (DiskContender contender : contenders) {
        if (workload.suits(contender)) {
          measure(workload, contender, lines);
        }
      }
      done.accept(workload, lines);
      all.addAll(lines);
    }
    return all;
  }

  private void measure(DiskWorkload workload, DiskContender contender, List<DiskLine> lines)
      throws InterruptedException {
    progress.begin(workload + ", " + contender, scale.of(workload, contender));
    try {
      DiskLine line = turns.measure(workload, contender);
      lines.add(line);
      if (line.wrong() > 0) {
        failed(workload, contender, "RETURNED " + line.wrong() + " WRONG VALUES");
      }
    } catch (IOException failure) {
      failed(workload, contender, "failed: " + failure.getMessage());
    }
  }

  private void failed(DiskWorkload workload, DiskContender contender, String why) {
    failures++;
    err.println("icm: " + workload + ", " + contender + " " + why);
    err.flush();
  }

  /** How many contenders could not be measured or gave wrong answers. */
  int failures() {
    return failures;
  }
}
