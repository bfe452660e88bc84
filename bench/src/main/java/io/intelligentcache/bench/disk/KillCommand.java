package io.intelligentcache.bench.disk;

import io.intelligentcache.bench.measure.CommandOutput;
import io.intelligentcache.bench.measure.ForkedJava;
import io.intelligentcache.bench.measure.JsonLines;
import io.intelligentcache.bench.measure.Median;
import io.intelligentcache.bench.measure.Rounded;
import io.intelligentcache.bench.measure.Scratch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code icm bench kill}. */
@Command(
    name = "kill",
    description =
        "Measure the cost of write-behind, and how much survives when a process is killed.",
    mixinStandardHelpOptions = true)
public final class KillCommand implements Callable<Integer> {
  private static final String HEAD =
      "workload  behind   ops/s     beside off  written MB/s  found after kill -9";
  private static final String OFF = "off";

  @Mixin
  private final CommandOutput output = new CommandOutput();

  @Option(
      names = "--workload",
      split = ",",
      paramLabel = "WORKLOAD",
      description = "${COMPLETION-CANDIDATES}. Default: all.")
  private Set<KillWorkload> workloads = EnumSet.allOf(KillWorkload.class);

  @Option(
      names = "--behind",
      split = ",",
      paramLabel = "TIME",
      description = "Delay of write-behind in ISO form, or off. Default: off,PT1S,PT10S,PT60S.")
  private List<String> behind = List.of(OFF, "PT1S", "PT10S", "PT60S");

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long each process works. Default: 30.")
  private int seconds = 30;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each is measured; the median counts. Default: 3.")
  private int rounds = 3;

  @Option(
      names = "--directory",
      paramLabel = "PATH",
      description =
          "Where the files are during the run. Default: the directory for temporary files.")
  private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

  /**
   * The work of one process, and what it left on disk.
   *
   * @param found share of requests that the next process answers from disk
   */
  record Killed(double opsPerSecond, double writtenPerSecond, double found) {}

  /** The medians of one mode: a line of the output. */
  record KillLine(
      String workload,
      String behind,
      double opsPerSecond,
      double besideOff,
      double writtenPerSecond,
      double found) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    check();
    PrintWriter out = output.out();
    if (!output.json()) {
      out.println(HEAD);
    }
    try (Scratch scratch = Scratch.in(directory)) {
      for (KillWorkload workload : workloads) {
        print(out, lines(scratch, workload));
      }
    }
    return 0;
  }

  private void check() {
    if (seconds < 1 || rounds < 1) {
      throw output.misused("seconds and rounds must be at least 1: " + seconds + ", " + rounds);
    }
    for (String mode : behind) {
      try {
        boolean unused = mode.equals(OFF) || Duration.parse(mode).isZero();
      } catch (DateTimeParseException e) {
        throw output.misused("--behind must be off, or a time like PT10S: " + mode);
      }
    }
  }

  /** Modes take turns, so that a slow moment of the machine affects all of them. */
  private List<KillLine> lines(Scratch scratch, KillWorkload workload)
      throws IOException, InterruptedException {
    List<List<Killed>> measured = new ArrayList<>();
    behind.forEach(mode -> measured.add(new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (int mode = 0; mode < behind.size(); mode++) {
        Path store = scratch.empty("store");
        measured.get(mode).add(kill(store, behind.get(mode), workload));
      }
    }
    List<KillLine> lines = new ArrayList<>();
    double first = Median.of(measured.get(0), Killed::opsPerSecond);
    for (int mode = 0; mode < behind.size(); mode++) {
      List<Killed> runs = measured.get(mode);
      double ops = Median.of(runs, Killed::opsPerSecond);
      lines.add(new KillLine(
          workload.toString(),
          behind.get(mode),
          Rounded.of(ops),
          Rounded.of(ops / first),
          Rounded.of(Median.of(runs, Killed::writtenPerSecond)),
          Rounded.of(Median.of(runs, Killed::found))));
    }
    return lines;
  }

  private Killed kill(Path store, String mode, KillWorkload workload)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            ForkedJava.QUIET,
            "-cp",
            System.getProperty("java.class.path"),
            KillWork.class.getName(),
            store.toString(),
            mode,
            workload.name(),
            Integer.toString(seconds)))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    String line;
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      line = lines.readLine();
    } finally {
      process.destroyForcibly().waitFor();
    }
    if (line == null) {
      throw new IOException("the process that was to be killed has ended by itself");
    }
    String[] parts = line.split(" ", -1);
    return new Killed(
        Double.parseDouble(parts[0]) / seconds,
        Double.parseDouble(parts[1]) / seconds,
        KillWork.foundIn(store, workload));
  }

  private void print(PrintWriter out, List<KillLine> lines) {
    if (output.json()) {
      new JsonLines(out).print(lines);
      return;
    }
    for (KillLine line : lines) {
      out.println(String.format(
          Locale.ROOT,
          "%-8s  %-6s  %9.0f  %9.2f  %12.1f  %18.1f%%",
          line.workload(),
          line.behind(),
          line.opsPerSecond(),
          line.besideOff(),
          line.writtenPerSecond() / 1e6,
          100 * line.found()));
    }
    out.flush();
  }
}
