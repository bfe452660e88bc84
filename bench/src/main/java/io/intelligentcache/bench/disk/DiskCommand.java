package io.intelligentcache.bench.disk;

import io.intelligentcache.bench.measure.CommandOutput;
import io.intelligentcache.bench.measure.Progress;
import io.intelligentcache.bench.measure.Scratch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code icm bench disk}. */
@Command(
    name = "disk",
    description = "Compare the disk tier with other stores: speed, bounds, opening.",
    mixinStandardHelpOptions = true)
public final class DiskCommand implements Callable<Integer> {
  private static final int ENTRIES = 1_000_000;
  private static final int SECONDS = 4;
  private static final int FAILED = 1;
  private static final long GIGABYTE = 1_000_000_000;

  @Mixin
  private final CommandOutput output = new CommandOutput();

  @Option(
      names = "--workload",
      split = ",",
      paramLabel = "WORKLOAD",
      description = "${COMPLETION-CANDIDATES}. Default: all.")
  private Set<DiskWorkload> workloads = EnumSet.allOf(DiskWorkload.class);

  @Option(
      names = {"--contender", "--only"},
      split = ",",
      paramLabel = "CONTENDER",
      description = "${COMPLETION-CANDIDATES}. Default: all.")
  private Set<DiskContender> contenders = EnumSet.allOf(DiskContender.class);

  @Option(
      names = "--entries",
      paramLabel = "N",
      description = "Number of small entries; the mix has three tenths of that. Default: 1000000.")
  private @Nullable Integer entries;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long each measurement of reads takes. Default: 4.")
  private @Nullable Integer seconds;

  @Option(
      names = "--directory",
      paramLabel = "PATH",
      description = "Where the stores are while they are measured. Default: the directory for"
          + " temporary files.")
  private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(
      names = "--quick",
      description =
          "Measure only briefly, to check that everything works. The figures mean nothing.")
  private boolean quick;

  @Option(
      names = "--java-option",
      paramLabel = "OPTION",
      description = "An option for the measuring processes, for example a profiler; repeatable.")
  private List<String> javaOptions = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    DiskScale scale;
    try {
      scale = scale();
    } catch (IllegalArgumentException impossible) {
      throw output.misused(String.valueOf(impossible.getMessage()));
    }
    List<Duration> planned = DiskBench.planned(scale, workloads, contenders);
    if (planned.isEmpty()) {
      throw output.misused("none of the given contenders takes part in the given workloads");
    }
    requireRoom(scale);
    PrintWriter err = output.err();
    PrintWriter out = output.out();
    DiskReport report = output.json() ? new DiskJson(out) : new DiskTables(out);
    try (Scratch scratch = Scratch.in(directory)) {
      var progress = new Progress(planned, err, System::nanoTime);
      var bench = new DiskBench(scale, new DiskForks(scale, scratch, javaOptions), progress, err);
      report.compared(GoalLine.of(bench.run(workloads, contenders, report::measured)));
      return bench.failures() == 0 ? 0 : FAILED;
    }
  }

  private DiskScale scale() {
    DiskScale base =
        quick ? DiskScale.quick() : new DiskScale(ENTRIES, Duration.ofSeconds(SECONDS));
    return new DiskScale(
        entries == null ? base.entries() : entries,
        seconds == null ? base.time() : Duration.ofSeconds(seconds));
  }

  private void requireRoom(DiskScale scale) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw output.misused("--directory must be a directory: " + directory);
    }
    long usable = Files.getFileStore(directory).getUsableSpace();
    if (usable < scale.diskBytes()) {
      throw output.misused("--directory must have " + scale.diskBytes() / GIGABYTE + " GB free, "
          + directory + " has " + usable / GIGABYTE + " (or ask for fewer --entries)");
    }
  }
}
