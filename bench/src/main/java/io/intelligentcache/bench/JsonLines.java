package io.intelligentcache.bench;

import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Prints one object a line. */
final class JsonLines {
  private final PrintWriter out;
  private final JsonMapper mapper = new JsonMapper();

  JsonLines(PrintWriter out) {
    this.out = out;
  }

  void print(List<?> lines) {
    lines.forEach(line -> out.println(mapper.writeValueAsString(line)));
    out.flush();
  }
}
