package io.intelligentcache.bench.memory;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints blocks as tables. */
final class Tables {
  private static final String TIMED = "contender    ops/us     +/-  beside Caffeine  bytes/op";
  private static final String METADATA = "contender  bytes/entry  beside Caffeine";
  private static final String UNKNOWN = "-";

  private final PrintWriter out;

  Tables(PrintWriter out) {
    this.out = out;
  }

  void print(Block block, List<MemoryLine> lines) {
    out.println(block + ": " + block.workload().description());
    out.println(head(block.workload()));
    lines.forEach(line -> out.println(text(line)));
    out.println();
    out.flush();
  }

  private static String head(Workload workload) {
    return switch (workload) {
      case METADATA -> METADATA;
      case LOADING -> TIMED + "  hit ratio";
      case READ, MIXED, WRITE -> TIMED;
    };
  }

  private static String text(MemoryLine line) {
    return line instanceof TimedLine timed ? timed(timed) : metadata((MetadataLine) line);
  }

  private static String timed(TimedLine line) {
    String row = String.format(
        Locale.ROOT,
        "%-9s  %8.2f  %6.2f  %15s  %8.1f",
        line.contender(),
        line.opsPerMicrosecond(),
        line.error(),
        ratio(line.besideCaffeine()),
        line.bytesPerOp());
    return line.hitRatio() == null
        ? row
        : row + String.format(Locale.ROOT, "  %8.2f%%", 100 * line.hitRatio());
  }

  private static String metadata(MetadataLine line) {
    return String.format(
        Locale.ROOT,
        "%-9s  %11.1f  %15s",
        line.contender(),
        line.bytesPerEntry(),
        ratio(line.besideCaffeine()));
  }

  private static String ratio(@Nullable Double ratio) {
    return ratio == null ? UNKNOWN : String.format(Locale.ROOT, "%.2f", ratio);
  }
}
