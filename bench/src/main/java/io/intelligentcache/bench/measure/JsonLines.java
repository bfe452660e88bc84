package io.intelligentcache.bench.measure;

import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Prints one JSON object per line. */
public final class JsonLines {
  private final PrintWriter out;
  private final JsonMapper mapper = new JsonMapper();

  public JsonLines(PrintWriter out) {
    this.out = out;
  }

  public void print(List<?> lines) {
    lines.forEach(line -> out.println(mapper.writeValueAsString(line)));
    out.flush();
  }
}
