package io.intelligentcache.bench.redis;

import io.intelligentcache.bench.measure.JsonLines;
import java.io.PrintWriter;
import java.util.List;

/** Prints one JSON object per line. */
final class RedisJson implements RedisReport {
  private final JsonLines lines;

  RedisJson(PrintWriter out) {
    lines = new JsonLines(out);
  }

  @Override
  public void measured(RedisWorkload workload, List<RedisLine> measured) {
    lines.print(measured);
  }

  @Override
  public void judged(List<RedisGoal> goals) {
    lines.print(goals);
  }
}
