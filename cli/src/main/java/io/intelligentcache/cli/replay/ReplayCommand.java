package io.intelligentcache.cli.replay;

import io.intelligentcache.cli.console.Failure;
import io.intelligentcache.cli.console.Numbers;
import io.intelligentcache.cli.console.Progress;
import io.intelligentcache.cli.console.TextTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code icm replay}: how would this traffic cache, at which size, under which policy? */
@Command(
    name = "replay",
    description = "Replay recorded requests through the memory engine and print hit ratios.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Formats, each plain or compressed with gzip or xz:",
      "  .bin         records of 24 bytes, little-endian: u64 key, u32 size, u32 ttl, u64 clock",
      "  .csv         key,size,ttl,time; columns from the right and the header are optional",
      "  access logs  of Apache and nginx, common or combined; GET and HEAD count",
      "  other text   one key per line",
      "A key keeps the first size that is known of it. KB, MB and GB are powers of 1000. TTLs are not applied."
    })
public final class ReplayCommand implements Callable<Integer> {
  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Recorded requests.")
  private List<Path> files = List.of();

  @Option(
      names = "--policy",
      split = ",",
      defaultValue = "lru,lfu,adaptive",
      paramLabel = "POLICY",
      description = "lru, lfu, adaptive; all unless given.")
  private List<String> policies = List.of();

  @Option(
      names = "--size",
      split = ",",
      defaultValue = "1%,10%",
      paramLabel = "SIZE",
      description = {
        "1%% of the trace's unique bytes (of its keys, where it has no sizes), 64MB, or 5000",
        "(bytes; entries where it has no sizes). Unless given: 1%%,10%%."
      })
  private List<String> sizes = List.of();

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  /** Made by the command line. */
  public ReplayCommand() {}

  /** {@return the exit code: 0} */
  @Override
  public Integer call() {
    List<PolicyChoice> chosen = policies.stream().map(PolicyChoice::parse).toList();
    List<CacheSize> wanted = sizes.stream().map(CacheSize::parse).toList();
    PrintWriter out = spec.commandLine().getOut();
    var progress = new Progress(spec.commandLine().getErr());
    for (Path file : files) {
      Trace trace = new TraceReader(file, progress).read();
      var cells = new ReplayCells(file.toString(), trace, progress);
      if (json) {
        var mapper = new JsonMapper();
        cells.run(chosen, wanted, cell -> line(out, mapper.writeValueAsString(cell)));
      } else {
        var table = new TextTable("policy", "size", "hits", "hit ratio", "byte hit ratio");
        cells.run(chosen, wanted, cell -> table.row(row(cell)));
        line(out, summary(file, trace));
        table.lines().forEach(out::println);
        line(out, "");
      }
    }
    return 0;
  }

  private static void line(PrintWriter out, String text) {
    out.println(text);
    out.flush();
    if (out.checkError()) {
      throw Failure.of("standard output is closed");
    }
  }

  private static String[] row(ReplayCell cell) {
    return new String[] {
      cell.policy(),
      cell.size(),
      Numbers.count(cell.hits()),
      Numbers.percent(cell.hitRatio()),
      cell.byteHitRatio() < 0 ? "-" : Numbers.percent(cell.byteHitRatio())
    };
  }

  private static String summary(Path file, Trace trace) {
    var text = new StringBuilder()
        .append(file)
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
