package io.intelligentcache.bench.redis;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints the results over Redis as tables. */
final class RedisTables implements RedisReport {
  private final PrintWriter out;

  RedisTables(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void measured(RedisWorkload workload, List<RedisLine> lines) {
    out.println(workload + ": " + workload.description());
    if (workload == RedisWorkload.PROPAGATION) {
      out.println("contender   changes    p50 us    p99 us    max us  put p50 us");
    } else {
      out.println(format("contender         ops/s  beside %s  lowest  highest", workload.base()));
    }
    lines.forEach(line -> out.println(text(line)));
    out.println();
    out.flush();
  }

  private static String text(RedisLine line) {
    if (line instanceof RateLine rate) {
      return format(
          "%-9s  %12.0f  %9s  %7s  %7s",
          rate.contender(),
          rate.opsPerSecond(),
          ratio(rate.ratio()),
          ratio(rate.lowest()),
          ratio(rate.highest()));
    }
    var seen = (PropagationLine) line;
    return format(
        "%-9s  %8d  %8.0f  %8.0f  %8.0f  %10.0f",
        seen.contender(),
        seen.changes(),
        seen.p50Micros(),
        seen.p99Micros(),
        seen.maxMicros(),
        seen.p50PutMicros());
  }

  @Override
  public void judged(List<RedisGoal> goals) {
    out.println(format("%-28s  %8s  %8s", "goal", "wanted", "measured"));
    for (RedisGoal goal : goals) {
      out.println(format(
          "%-28s  %8s  %8.2f  %s",
          goal.workload() + ", "
              + (goal.beside() == null ? goal.figure() : "beside " + goal.beside()),
          goal.goal(),
          goal.value(),
          goal.met() ? "met" : "MISSED"));
    }
    out.flush();
  }

  private static String ratio(@Nullable Double ratio) {
    return ratio == null ? "-" : format("%.2f", ratio);
  }

  private static String format(String format, @Nullable Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
