package io.intelligentcache.bench;

import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Prints one object a line. */
final class DiskJson implements DiskReport {
  private final PrintWriter out;
  private final JsonMapper mapper = new JsonMapper();

  DiskJson(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void measured(DiskWorkload workload, List<DiskLine> lines) {
    print(lines);
  }

  @Override
  public void compared(List<GoalLine> lines) {
    print(lines);
  }

  private void print(List<?> lines) {
    lines.forEach(line -> out.println(mapper.writeValueAsString(line)));
    out.flush();
  }
}
