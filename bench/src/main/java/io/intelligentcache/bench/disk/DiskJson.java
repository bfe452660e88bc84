package io.intelligentcache.bench.disk;

import io.intelligentcache.bench.measure.JsonLines;
import java.io.PrintWriter;
import java.util.List;

/** Prints one JSON object per line. */
final class DiskJson implements DiskReport {
  private final JsonLines lines;

  DiskJson(PrintWriter out) {
    lines = new JsonLines(out);
  }

  @Override
  public void measured(DiskWorkload workload, List<DiskLine> measured) {
    lines.print(measured);
  }

  @Override
  public void compared(List<GoalLine> compared) {
    lines.print(compared);
  }
}
