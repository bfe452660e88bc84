package io.intelligentcache.cli.replay;

import io.intelligentcache.cli.console.Numbers;
import io.intelligentcache.cli.replay.HitCurve.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line that recommends a policy and a size from the measured cells.
 *
 * <p>The recommended size is the smallest after which no larger one gains two points of hit ratio per
 * doubling. The policy is the one with the most hits at that size. Values between measured sizes are
 * interpolated over the logarithm of the size, and marked as interpolated.
 */
final class Advice {
  /** The gain of hit ratio that makes twice the memory worthwhile. */
  private static final double WORTH_A_DOUBLING = 0.02;

  /** Two policies whose hit ratios differ by less count as equally good. */
  private static final double EQUAL = 0.001;

  private final boolean inBytes;
  private final List<HitCurve> curves;

  private Advice(boolean inBytes, List<HitCurve> curves) {
    this.inBytes = inBytes;
    this.curves = curves;
  }

  /**
   * The advice for one trace.
   *
   * @param cells the measured cells, at least one
   * @param inBytes whether sizes are in bytes; else in entries
   */
  static String of(List<ReplayCell> cells, boolean inBytes) {
    Map<String, List<ReplayCell>> byPolicy = new LinkedHashMap<>();
    cells.forEach(cell ->
        byPolicy.computeIfAbsent(cell.policy(), policy -> new ArrayList<>()).add(cell));
    return new Advice(inBytes, byPolicy.values().stream().map(HitCurve::new).toList()).text();
  }

  private String text() {
    ReplayCell choice = choice();
    HitCurve chosen = curveOf(choice.policy());
    List<String> parts = new ArrayList<>();
    parts.add(name(choice.policy()) + " at " + size(choice.capacity()) + ": "
        + percent(choice.hitRatio()) + " hits");
    if (chosen.cells().size() > 1) {
      addNeighbour(parts, "half that size", chosen.at(choice.capacity() / 2.0));
      addNeighbour(parts, "twice", chosen.at(choice.capacity() * 2.0));
    }
    for (HitCurve other : curves) {
      if (other != chosen) {
        parts.add(compared(other, choice, chosen));
      }
    }
    return String.join("; ", parts) + remark(choice, chosen);
  }

  private ReplayCell choice() {
    List<ReplayCell> best = bestPerSize();
    for (int i = 0; i < best.size(); i++) {
      if (isEnough(best.get(i), best.subList(i + 1, best.size()))) {
        return best.get(i);
      }
    }
    throw new IllegalStateException("the largest size is always enough");
  }

  /**
   * The cell with the most hits at each size, the smallest size first. Of equal
   * cells, the first one counts.
   */
  private List<ReplayCell> bestPerSize() {
    Map<Long, ReplayCell> best = new LinkedHashMap<>();
    for (HitCurve curve : curves) {
      for (ReplayCell cell : curve.cells()) {
        best.merge(
            cell.capacity(), cell, (one, two) -> two.hitRatio() > one.hitRatio() ? two : one);
      }
    }
    return best.values().stream()
        .sorted(Comparator.comparingLong(ReplayCell::capacity))
        .toList();
  }

  private static boolean isEnough(ReplayCell cell, List<ReplayCell> larger) {
    for (ReplayCell more : larger) {
      double doublings = Math.log((double) more.capacity() / cell.capacity()) / Math.log(2);
      if (more.hitRatio() - cell.hitRatio() >= WORTH_A_DOUBLING * doublings) {
        return false;
      }
    }
    return true;
  }

  private HitCurve curveOf(String policy) {
    return curves.stream()
        .filter(curve -> curve.policy().equals(policy))
        .findFirst()
        .orElseThrow();
  }

  private static void addNeighbour(List<String> parts, String what, @Nullable Point point) {
    if (point != null) {
      parts.add(what + " " + (point.measured() ? "" : "about ") + percent(point.value())
          + interpolated(point));
    }
  }

  private String compared(HitCurve other, ReplayCell choice, HitCurve chosen) {
    Point same = other.at((double) choice.capacity());
    if (same != null && choice.hitRatio() - same.value() < EQUAL) {
      return name(other.policy()) + " does as well";
    }
    String there = name(other.policy()) + (same == null ? "" : " hits " + percent(same.value()));
    Point needed = other.capacityFor(choice.hitRatio());
    if (needed != null) {
      return there + (same == null ? " needs " : " and needs ") + size(needed) + " for the same";
    }
    Point enough = same == null ? null : chosen.capacityFor(same.value());
    return enough == null || chosen.cells().size() == 1
        ? there
        : there + ", for which " + name(chosen.policy()) + " needs " + size(enough);
  }

  private static String remark(ReplayCell choice, HitCurve chosen) {
    if (chosen.cells().size() == 1) {
      return ". Measured at one size only: give --size several to see what more or less would do.";
    }
    return choice.capacity() == chosen.largest().capacity()
        ? ". It is the largest size measured: a larger one may gain more."
        : ". More memory gains less than two points a doubling.";
  }

  private static String interpolated(Point point) {
    return point.measured() ? "" : " (interpolated)";
  }

  private static String name(String policy) {
    return policy.toUpperCase(Locale.ROOT);
  }

  private static String percent(double ratio) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * ratio);
  }

  private String size(Point capacity) {
    return (capacity.measured() ? "" : "about ")
        + size(Math.round(capacity.value()))
        + interpolated(capacity);
  }

  private String size(long capacity) {
    return inBytes
        ? Numbers.bytes(capacity)
        : Numbers.count(capacity) + (capacity == 1 ? " entry" : " entries");
  }
}
