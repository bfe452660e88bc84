package io.intelligentcache.cli.quickstart;

import io.intelligentcache.cli.console.Numbers;
import io.intelligentcache.cli.console.TextTable;
import io.intelligentcache.stats.CacheStats;
import io.intelligentcache.stats.ManagerStats;
import io.intelligentcache.tier.TierStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The result of a run, and how it is printed.
 *
 * @param rounds the stretches, in order
 * @param last the statistics of the manager at the end
 * @param latencies the response times of the tiers
 * @param findings the wrong values and failed loads
 * @param nanos the duration of the run
 */
record Summary(
    List<Round> rounds, ManagerStats last, Latencies latencies, Findings findings, long nanos) {
  private static final String NONE = "-";

  CacheStats total() {
    return rounds.stream().map(Round::stats).reduce(CacheStats::plus).orElseThrow();
  }

  List<String> lines() {
    CacheStats all = total();
    var lines = new ArrayList<String>();
    lines.add("");
    lines.addAll(roundTable().lines());
    lines.add("");
    lines.addAll(tierTable(all).lines());
    lines.add("");
    lines.add(String.format(
        Locale.ROOT,
        "%s requests in %.1f s, %s answered by a tier, %s loads, %s writes and invalidations",
        Numbers.count(all.requests()),
        nanos / 1e9,
        Numbers.percent(all.hitRate()),
        Numbers.count(all.loads()),
        Numbers.count(all.puts() + all.invalidations())));
    lines.add(String.format(
        Locale.ROOT,
        "compression %.2f : 1 (%s became %s); values checked: all, wrong: %d%s",
        1 / all.compressionRatio(),
        Numbers.bytes(all.rawBytes()),
        Numbers.bytes(all.encodedBytes()),
        findings.wrong(),
        findings.failedLoads() == 0 ? "" : ", failed loads: " + findings.failedLoads()));
    return lines;
  }

  private TextTable roundTable() {
    var table =
        new TextTable("stretch", "requests", "hit rate", "memory", "disk", "Redis", "loads");
    for (Round round : rounds) {
      addRound(table, round.name(), round.stats());
    }
    addRound(table, "all", total());
    return table;
  }

  private static void addRound(TextTable table, String name, CacheStats stats) {
    table.row(
        name,
        Numbers.count(stats.requests()),
        Numbers.percent(stats.hitRate()),
        share(stats.memoryHits(), stats),
        share(stats.diskHits(), stats),
        share(stats.redisHits(), stats),
        Numbers.count(stats.loads()));
  }

  private TextTable tierTable(CacheStats all) {
    var table = new TextTable("tier", "answers", "p50", "p99", "entries", "bytes", "of at most");
    table.row(row("memory", all.memoryHits(), latencies.memory(), new String[] {
      Numbers.count(last.caches().entries()),
      Numbers.bytes(last.memoryBytes()),
      Numbers.bytes(last.memoryCapacityBytes())
    }));
    table.row(row("disk", all.diskHits(), latencies.disk(), held(last.disk())));
    if (last.redis() != null) {
      table.row(row("Redis", all.redisHits(), latencies.redis(), held(last.redis())));
    }
    table.row(row("loader", all.loads(), latencies.loader(), held(null)));
    return table;
  }

  private static String[] row(String tier, long answers, Histogram times, String[] held) {
    boolean timed = times.getTotalCount() > 0;
    return new String[] {
      tier,
      Numbers.count(answers),
      timed ? Numbers.time(times.getValueAtPercentile(50)) : NONE,
      timed ? Numbers.time(times.getValueAtPercentile(99)) : NONE,
      held[0],
      held[1],
      held[2]
    };
  }

  private static String[] held(@Nullable TierStats tier) {
    return tier == null
        ? new String[] {NONE, NONE, NONE}
        : new String[] {
          tier.entries() < 0 ? NONE : Numbers.count(tier.entries()),
          tier.bytes() < 0 ? NONE : Numbers.bytes(tier.bytes()),
          tier.capacityBytes() < 0 ? NONE : Numbers.bytes(tier.capacityBytes())
        };
  }

  private static String share(long part, CacheStats stats) {
    return stats.requests() == 0 ? NONE : Numbers.percent((double) part / stats.requests());
  }
}
