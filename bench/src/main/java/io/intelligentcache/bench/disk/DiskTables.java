package io.intelligentcache.bench.disk;

import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Prints the results on disk as tables, and at the end our figures compared with the others. */
final class DiskTables implements DiskReport {
  private static final String FILL =
      "contender      puts/s  cpu us    gets/s  cpu us  p50 us  p99 us  gets/s of 2   p99 us  disk/data  written/data";
  private static final String CAP =
      "contender       ops/s  cpu us  hit ratio  longest put ms  p99 put us  in fill ms  dropped"
          + "  disk/cap  written/put";
  private static final String REOPEN = "contender     seconds  missing  index bytes/entry";
  private static final String UNKNOWN = "-";

  private final PrintWriter out;

  DiskTables(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void measured(DiskWorkload workload, List<DiskLine> lines) {
    out.println(workload + ": " + workload.description());
    out.println(
        switch (workload) {
          case SMALL, MIX -> FILL;
          case CAP -> CAP;
          case REOPEN -> REOPEN;
        });
    int most = lines.stream().mapToInt(DiskLine::entries).max().orElse(0);
    for (DiskLine line : lines) {
      String less = line.entries() < most ? "  (of " + line.entries() + " entries only)" : "";
      String missed = line instanceof FillLine fill && fill.missing() > 0
          ? "  (" + fill.missing() + " gets missed)"
          : "";
      out.println(text(line) + less + missed);
    }
    out.println();
    out.flush();
  }

  private static String text(DiskLine line) {
    if (line instanceof FillLine fill) {
      return format(
          "%-10s  %9.0f  %6.2f  %8s  %6s  %6s  %6s  %11s  %7s  %9.2f  %12s",
          fill.contender(),
          fill.putsPerSecond(),
          fill.cpuMicrosPerPut(),
          number("%.0f", fill.getsPerSecond()),
          number("%.2f", fill.cpuMicrosPerGet()),
          number("%.2f", fill.p50Micros()),
          number("%.2f", fill.p99Micros()),
          number("%.0f", fill.getsPerSecondOf2()),
          number("%.2f", fill.p99MicrosOf2()),
          fill.diskPerByte(),
          number("%.2f", fill.writtenPerByte()));
    }
    if (line instanceof CapLine cap) {
      return format(
          "%-10s  %9.0f  %6.2f  %9.3f  %14.1f  %10.1f  %10.1f  %7d  %8.2f  %11s",
          cap.contender(),
          cap.opsPerSecond(),
          cap.cpuMicrosPerOp(),
          cap.hitRatio(),
          cap.longestPutMillis(),
          cap.p99PutMicros(),
          cap.longestFillPutMillis(),
          cap.dropped(),
          cap.diskPerCap(),
          number("%.2f", cap.writtenPerByte()));
    }
    var reopen = (ReopenLine) line;
    return format(
        "%-10s  %9.3f  %7d  %17s",
        reopen.contender(),
        reopen.seconds(),
        reopen.missing(),
        number("%.1f", reopen.indexBytesPerEntry()));
  }

  @Override
  public void compared(List<GoalLine> lines) {
    Map<String, Map<DiskContender, Double>> rows = new LinkedHashMap<>();
    for (GoalLine line : lines) {
      if (line.beside() != null) {
        rows.computeIfAbsent(
                line.workload() + ", " + line.figure(),
                absent -> new EnumMap<>(DiskContender.class))
            .put(line.beside(), line.value());
      }
    }
    out.println(format("%-22s", "ours divided by") + cells(DiskContender::toString));
    rows.forEach((name, row) -> out.println(
        format("%-22s", name) + cells(contender -> number("%.2f", row.get(contender)))));
    out.println();
    out.println(format("%-36s  %8s  %8s", "goal", "wanted", "measured"));
    for (GoalLine line : lines) {
      if (line.goal() != null) {
        out.println(format(
            "%-36s  %8s  %8.2f  %s",
            line.workload() + ", " + line.figure()
                + (line.beside() == null ? "" : " / " + line.beside()),
            line.goal(),
            line.value(),
            Boolean.TRUE.equals(line.met()) ? "met" : "MISSED"));
      }
    }
    out.flush();
  }

  private static String cells(Function<DiskContender, String> cell) {
    var row = new StringBuilder();
    for (DiskContender contender : DiskContender.values()) {
      if (contender != DiskContender.OURS) {
        row.append(format("%12s", cell.apply(contender)));
      }
    }
    return row.toString();
  }

  private static String number(String format, @Nullable Double known) {
    return known == null ? UNKNOWN : format(format, known);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
