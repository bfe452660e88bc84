package io.intelligentcache.cli.replay;

import com.google.errorprone.annotations.FormatMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A line chart of ratios, as SVG. Each line has its own colour, dashes and marks. */
final class LineChart {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 320;
  private static final int LEFT = 56;
  private static final int RIGHT = 16;
  private static final int TOP = 12;
  private static final int BOTTOM = 52;
  private static final int LABEL_GAP = 64;
  private static final int GRID_LINES = 5;
  private static final double[] STEPS = {0.02, 0.05, 0.1, 0.2};
  private static final int STYLES = 3;

  private final String title;
  private final List<Line> lines = new ArrayList<>();
  private final List<Tick> ticks = new ArrayList<>();
  private double top;
  private double left = Double.POSITIVE_INFINITY;
  private double right = Double.NEGATIVE_INFINITY;

  /**
   * A point of a line.
   *
   * @param x the position on the horizontal axis
   * @param ratio 0 to 1
   * @param label the text that describes the point
   */
  record Point(double x, double ratio, String label) {}

  private record Line(String name, List<Point> points) {}

  private record Tick(double x, String label) {}

  LineChart(String title) {
    this.title = title;
  }

  /** Adds a line; its points are in order. */
  void line(String name, List<Point> points) {
    lines.add(new Line(name, points));
    for (Point point : points) {
      top = Math.max(top, point.ratio());
      left = Math.min(left, point.x());
      right = Math.max(right, point.x());
    }
  }

  /** Adds a label under the chart. Labels are added from left to right. */
  void tick(double x, String label) {
    ticks.add(new Tick(x, label));
  }

  String svg() {
    var svg = new StringBuilder();
    svg.append(format(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
        WIDTH, HEIGHT, Html.escape(title)));
    grid(svg);
    ticks(svg);
    for (int i = 0; i < lines.size(); i++) {
      line(svg, lines.get(i), i % STYLES);
      legend(svg, lines.get(i).name(), i);
    }
    return svg.append("</svg>\n").toString();
  }

  private void grid(StringBuilder svg) {
    for (int i = 0; i <= GRID_LINES; i++) {
      double ratio = step() * i;
      svg.append(format(
          "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
          LEFT, WIDTH - RIGHT, y(ratio), y(ratio)));
      svg.append(format(
          "<text class=\"end\" x=\"%d\" y=\"%.1f\">%.0f %%</text>\n",
          LEFT - 6, y(ratio) + 4, 100 * ratio));
    }
  }

  /** Draws the labels. A label that would overlap the previous one is left out. */
  private void ticks(StringBuilder svg) {
    double last = Double.NEGATIVE_INFINITY;
    for (Tick tick : ticks) {
      if (x(tick.x()) - last >= LABEL_GAP) {
        last = x(tick.x());
        svg.append(format(
            "<text class=\"mid\" x=\"%.1f\" y=\"%d\">%s</text>\n",
            last, HEIGHT - BOTTOM + 18, Html.escape(tick.label())));
      }
    }
  }

  private void line(StringBuilder svg, Line line, int style) {
    svg.append(format("<polyline class=\"line s%d\" points=\"", style));
    for (Point point : line.points()) {
      svg.append(format("%.1f,%.1f ", x(point.x()), y(point.ratio())));
    }
    svg.append("\"/>\n");
    for (Point point : line.points()) {
      svg.append(format(
          "<g class=\"mark s%d\"><title>%s</title>%s</g>\n",
          style, Html.escape(point.label()), mark(style, x(point.x()), y(point.ratio()))));
    }
  }

  private static String mark(int style, double x, double y) {
    return switch (style) {
      case 0 -> format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>", x, y);
      case 1 -> format("<rect x=\"%.1f\" y=\"%.1f\" width=\"8\" height=\"8\"/>", x - 4, y - 4);
      default -> format("<path d=\"M%.1f %.1f l5 9 h-10 z\"/>", x, y - 6);
    };
  }

  private static void legend(StringBuilder svg, String name, int index) {
    int x = LEFT + 110 * index;
    int y = HEIGHT - 12;
    svg.append(
        format("<g class=\"mark s%d\">%s</g>", index % STYLES, mark(index % STYLES, x, y - 4)));
    svg.append(format("<text x=\"%d\" y=\"%d\">%s</text>\n", x + 10, y, Html.escape(name)));
  }

  /** The distance between two grid lines: the smallest step with which the highest ratio still fits. */
  private double step() {
    for (double step : STEPS) {
      if (top <= step * GRID_LINES) {
        return step;
      }
    }
    return 1.0 / GRID_LINES;
  }

  private double x(double value) {
    double share = right > left ? (value - left) / (right - left) : 0.5;
    int margin = 24;
    return LEFT + margin + share * (WIDTH - LEFT - RIGHT - 2 * margin);
  }

  private double y(double ratio) {
    return TOP + (1 - ratio / (step() * GRID_LINES)) * (HEIGHT - TOP - BOTTOM);
  }

  @FormatMethod
  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
