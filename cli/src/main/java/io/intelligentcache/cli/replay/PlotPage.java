package io.intelligentcache.cli.replay;

import io.intelligentcache.cli.console.Numbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The result of a replay as one self-contained HTML page: no script, no network. */
final class PlotPage {
  private static final String HEAD = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
      <title>Hit ratios</title>
      <style>
      :root { color-scheme: light dark; --fg: #1b1f24; --bg: #fff; --grid: #d8dee4;
        --s0: #0b62c4; --s1: #b35900; --s2: #187a3c; }
      @media (prefers-color-scheme: dark) {
        :root { --fg: #e6edf3; --bg: #12161c; --grid: #333b45;
          --s0: #6cb0ff; --s1: #ffae57; --s2: #6fd38d; } }
      body { font: 15px/1.5 system-ui, sans-serif; color: var(--fg); background: var(--bg);
        max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
      h1, h2, h3 { line-height: 1.25; overflow-wrap: anywhere; }
      svg { width: 100%; height: auto; }
      svg text { fill: var(--fg); font-size: 12px; }
      .end { text-anchor: end; } .mid { text-anchor: middle; }
      .grid { stroke: var(--grid); }
      .line { fill: none; stroke-width: 2; }
      .s0 { --c: var(--s0); } .s1 { --c: var(--s1); } .s2 { --c: var(--s2); }
      .line { stroke: var(--c); } .mark { fill: var(--c); }
      .line.s1 { stroke-dasharray: 7 3; } .line.s2 { stroke-dasharray: 2 3; }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
      th, td { padding: .15rem .8rem; border-bottom: 1px solid var(--grid); text-align: right; }
      th:first-child, td:first-child { text-align: left; padding-left: 0; }
      </style>
      </head>
      <body>
      <h1>Hit ratios</h1>
      """;

  private PlotPage() {}

  static String of(List<TraceReport> reports) {
    var page = new StringBuilder(HEAD);
    for (TraceReport report : reports) {
      section(page, report);
    }
    return page.append("</body>\n</html>\n").toString();
  }

  private static void section(StringBuilder page, TraceReport report) {
    element(page, "h2", report.title());
    element(page, "p", report.advice());
    overSize(page, report, "Hit ratio over size", ReplayCell::hitRatio);
    if (report.inBytes()) {
      overSize(page, report, "Byte hit ratio over size", ReplayCell::byteHitRatio);
    }
    if (!report.cells().get(0).phases().isEmpty()) {
      grouped(report.cells(), ReplayCell::size)
          .forEach((size, cells) -> overTime(page, size, cells));
    }
    table(page, report);
  }

  private static void overSize(
      StringBuilder page, TraceReport report, String title, ToDoubleFunction<ReplayCell> ratio) {
    var chart = new LineChart(title);
    grouped(report.cells(), ReplayCell::policy).forEach((policy, cells) -> {
      List<LineChart.Point> points = new ArrayList<>();
      for (ReplayCell cell : sorted(cells)) {
        String label = policy + " at " + cell.size() + ": " + percent(ratio.applyAsDouble(cell));
        points.add(
            new LineChart.Point(logarithm(cell), Math.max(0, ratio.applyAsDouble(cell)), label));
      }
      chart.line(policy, points);
    });
    String first = report.cells().get(0).policy();
    sorted(report.cells()).stream()
        .filter(cell -> cell.policy().equals(first))
        .forEach(cell -> chart.tick(logarithm(cell), cell.size()));
    figure(page, title + " (logarithmic)", chart);
  }

  private static void overTime(StringBuilder page, String size, List<ReplayCell> cells) {
    String title = "Hit ratio over time at " + size;
    var chart = new LineChart(title);
    int phases = cells.get(0).phases().size();
    for (ReplayCell cell : cells) {
      List<LineChart.Point> points = new ArrayList<>();
      for (int i = 0; i < phases; i++) {
        double ratio = cell.phases().get(i);
        String label = cell.policy() + ", window " + (i + 1) + ": " + percent(ratio);
        points.add(new LineChart.Point(i + 1, ratio, label));
      }
      chart.line(cell.policy(), points);
    }
    for (int i = 1; i <= phases; i++) {
      chart.tick(i, String.valueOf(i));
    }
    figure(
        page,
        title + ", by windows of " + Numbers.count(cells.get(0).requests() / phases) + " requests",
        chart);
  }

  private static void figure(StringBuilder page, String title, LineChart chart) {
    element(page, "h3", title);
    page.append(chart.svg());
  }

  private static void table(StringBuilder page, TraceReport report) {
    page.append("<table>\n<tr>");
    for (String head : ReplayTable.HEADS) {
      element(page, "th", head);
    }
    page.append("</tr>\n");
    for (ReplayCell cell : report.cells()) {
      page.append("<tr>");
      for (String text : ReplayTable.row(cell)) {
        element(page, "td", text);
      }
      page.append("</tr>\n");
    }
    page.append("</table>\n");
  }

  private static void element(StringBuilder page, String name, String text) {
    page.append('<').append(name).append('>').append(Html.escape(text));
    page.append("</").append(name).append(">\n");
  }

  private static Map<String, List<ReplayCell>> grouped(
      List<ReplayCell> cells, Function<ReplayCell, String> by) {
    Map<String, List<ReplayCell>> groups = new LinkedHashMap<>();
    cells.forEach(
        cell -> groups.computeIfAbsent(by.apply(cell), key -> new ArrayList<>()).add(cell));
    return groups;
  }

  private static List<ReplayCell> sorted(List<ReplayCell> cells) {
    return cells.stream().sorted(Comparator.comparingLong(ReplayCell::capacity)).toList();
  }

  private static double logarithm(ReplayCell cell) {
    return Math.log((double) cell.capacity());
  }

  private static String percent(double ratio) {
    return Numbers.percent(ratio);
  }
}
