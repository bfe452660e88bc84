package io.intelligentcache.cli.replay;

import io.intelligentcache.cli.console.Failure;
import io.intelligentcache.cli.console.Json;
import io.intelligentcache.cli.console.Numbers;
import io.intelligentcache.cli.console.Progress;
import io.intelligentcache.cli.console.TextTable;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code icm replay}: shows the hit ratios of recorded traffic for each size and each policy. */
@Command(
    name = "replay",
    description = "Replay recorded requests through the memory engine and print hit ratios.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Formats, each plain or compressed with gzip or xz:",
      "  .bin         records of 24 bytes, little-endian: u64 key, u32 size, u32 ttl,",
      "               u64 clock",
      "  .csv         key,size,ttl,time; columns from the right and the header are",
      "               optional; separated by commas, semicolons or tabs",
      "  access logs  of Apache and nginx, common or combined; GET and HEAD count;",
      "               the size is the bytes sent for a GET with status 200 or 203",
      "  other text   one key per line",
      "The first known size of a key counts for all its requests.",
      "KB, MB and GB are powers of 1000."
    })
public final class ReplayCommand implements Callable<Integer> {
  private static final int MOST_PHASES = 1_000;

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Recorded requests.")
  private List<Path> files = List.of();

  @Option(
      names = "--policy",
      split = ",",
      defaultValue = "lru,lfu,adaptive",
      paramLabel = "POLICY",
      description = "lru, lfu, adaptive. Default: all.")
  private List<String> policies = List.of();

  @Option(
      names = "--size",
      split = ",",
      defaultValue = "1%,10%",
      paramLabel = "SIZE",
      description = "1%% of the trace's unique bytes (of its keys if it has no sizes), 64MB, or"
          + " 5000 (bytes; entries if it has no sizes). Default: 1%%,10%%.")
  private List<String> sizes = List.of();

  @Option(names = "--json", description = "Print one JSON object a line, without the advice.")
  private boolean json;

  @Option(
      names = "--plot",
      paramLabel = "FILE.html",
      description = "Write a page with the hit ratios over size, replacing the file.")
  private @Nullable Path plot;

  @Option(
      names = "--concat",
      description = "Replay the files one after the other as one trace. Equal keys are one entry.")
  private boolean concat;

  @Option(
      names = "--phases",
      paramLabel = "N",
      description = "Also report the hit ratio in each of N windows of the trace (--json, --plot).")
  private int phases = 1;

  @Option(
      names = "--ttl",
      paramLabel = "MODE",
      description =
          "How to use the trace's TTLs. none: ignore them (default). prompt: remove expired"
              + " entries at once, as the cache does. lazy: keep them until they are requested or"
              + " evicted, for comparison.")
  private @Nullable String ttl;

  private TtlMode ttls = TtlMode.NONE;
  private Progress progress = new Progress(new PrintWriter(Writer.nullWriter()));

  /** Called by picocli. */
  public ReplayCommand() {}

  /** {@return the exit code: 0} */
  @Override
  public Integer call() {
    if (policies.isEmpty() || sizes.isEmpty()) {
      throw Failure.usage("--policy and --size need a value");
    }
    List<PolicyChoice> chosen = policies.stream().map(PolicyChoice::parse).toList();
    List<CacheSize> wanted = sizes.stream().map(CacheSize::parse).toList();
    refuseTwice("--policy", policies, (one, two) -> one.equalsIgnoreCase(two));
    refuseTwice("--size", wanted, CacheSize::same);
    if (!concat) {
      refuseTwice("FILE", files, Path::equals);
    }
    if (phases < 1 || phases > MOST_PHASES) {
      throw Failure.usage("--phases must be 1 to " + MOST_PHASES + ": " + phases);
    }
    ttls = TtlMode.parse(ttl);
    files.forEach(ReplayCommand::refuseUnreadable);
    PlotFile page = plot == null ? null : new PlotFile(plot);

    progress = new Progress(spec.commandLine().getErr());
    List<TraceReport> reports = new ArrayList<>();
    for (List<Path> parts :
        concat ? List.of(files) : files.stream().map(List::of).toList()) {
      reports.add(replay(parts, chosen, wanted));
    }
    if (page != null) {
      page.write(reports);
    }
    return 0;
  }

  private TraceReport replay(List<Path> parts, List<PolicyChoice> chosen, List<CacheSize> wanted) {
    PrintWriter out = spec.commandLine().getOut();
    String name = parts.stream().map(Path::toString).collect(Collectors.joining(" + "));
    Trace trace = read(parts);
    if (phases > trace.requests()) {
      throw Failure.usage("--phases must be at most the " + trace.requests() + " requests of "
          + name + ": " + phases);
    }
    if (ttls != TtlMode.NONE && !trace.expiries().any()) {
      throw Failure.usage("--ttl: no request of " + name + " has a TTL");
    }
    List<ReplayCell> cells = new ArrayList<>();
    var report = new TraceReport(title(name, trace), trace.hasSizes(), cells);
    new ReplayCells(name, trace, phases, ttls, progress).run(chosen, wanted, cell -> {
      cells.add(cell);
      if (json) {
        line(out, Json.line(cell));
      }
    });
    if (!json) {
      print(out, report);
    }
    return report;
  }

  private Trace read(List<Path> parts) {
    var trace = new TraceBuilder();
    for (Path file : parts) {
      new TraceReader(file, progress).addTo(trace);
    }
    return trace.build();
  }

  private static void print(PrintWriter out, TraceReport report) {
    var table = new TextTable(ReplayTable.HEADS.toArray(String[]::new));
    report.cells().forEach(cell -> table.row(ReplayTable.row(cell)));
    line(out, report.title());
    table.lines().forEach(out::println);
    out.println(report.advice());
    line(out, "");
  }

  private static void refuseUnreadable(Path file) {
    if (Files.exists(file) && !Files.isReadable(file)) {
      throw Failure.of("can't read " + file + ": permission denied");
    }
    if (Files.notExists(file)) {
      throw Failure.of("no such file: " + file);
    }
  }

  private static <T> void refuseTwice(String what, List<T> values, BiPredicate<T, T> same) {
    for (int i = 0; i < values.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (same.test(values.get(i), values.get(j))) {
          throw Failure.usage(what + " is given twice: " + values.get(i));
        }
      }
    }
  }

  private static void line(PrintWriter out, String text) {
    out.println(text);
    out.flush();
    if (out.checkError()) {
      throw Failure.of("standard output is closed");
    }
  }

  private static String title(String name, Trace trace) {
    var text = new StringBuilder()
        .append(name)
        .append(": ")
        .append(Numbers.count(trace.requests()))
        .append(" requests, ")
        .append(Numbers.count(trace.uniqueKeys()))
        .append(" keys");
    if (trace.hasSizes()) {
      text.append(", ").append(Numbers.bytes(trace.uniqueBytes()));
    }
    if (trace.skipped() > 0) {
      text.append(" (")
          .append(Numbers.count(trace.skipped()))
          .append(" lines skipped: neither GET nor HEAD)");
    }
    return text.toString();
  }
}
