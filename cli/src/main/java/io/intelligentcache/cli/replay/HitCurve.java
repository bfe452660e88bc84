package io.intelligentcache.cli.replay;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The hit ratio of one policy on one trace as a function of the cache size, in the measured range. */
final class HitCurve {
  /** Two capacities count as the same if they differ by no more than this share. */
  private static final double SAME = 0.01;

  private final List<ReplayCell> bySize;

  /** Takes the cells of one policy, at least one, in any order. */
  HitCurve(List<ReplayCell> cells) {
    bySize =
        cells.stream().sorted(Comparator.comparingLong(ReplayCell::capacity)).toList();
  }

  /**
   * A hit ratio or a size, and whether it was measured.
   *
   * @param value the number
   * @param measured whether a replay found it; else it is interpolated between two that did
   */
  record Point(double value, boolean measured) {}

  String policy() {
    return bySize.get(0).policy();
  }

  ReplayCell largest() {
    return bySize.get(bySize.size() - 1);
  }

  /** The hit ratio at a capacity; null outside the measured range. */
  @Nullable
  Point at(double capacity) {
    for (ReplayCell cell : bySize) {
      if (Math.abs(cell.capacity() - capacity) <= SAME * capacity) {
        return new Point(cell.hitRatio(), true);
      }
    }
    for (int i = 1; i < bySize.size(); i++) {
      ReplayCell below = bySize.get(i - 1);
      ReplayCell above = bySize.get(i);
      if (below.capacity() < capacity && capacity < above.capacity()) {
        double share = Math.log(capacity / below.capacity())
            / Math.log((double) above.capacity() / below.capacity());
        return new Point(below.hitRatio() + share * (above.hitRatio() - below.hitRatio()), false);
      }
    }
    return null;
  }

  /** The smallest capacity with at least this hit ratio; null if no measured capacity reaches it. */
  @Nullable
  Point capacityFor(double hitRatio) {
    for (int i = 0; i < bySize.size(); i++) {
      ReplayCell cell = bySize.get(i);
      if (cell.hitRatio() >= hitRatio) {
        if (i == 0 || cell.hitRatio() == hitRatio) {
          return new Point(cell.capacity(), true);
        }
        ReplayCell below = bySize.get(i - 1);
        double share = (hitRatio - below.hitRatio()) / (cell.hitRatio() - below.hitRatio());
        double capacity =
            below.capacity() * Math.pow((double) cell.capacity() / below.capacity(), share);
        return new Point(capacity, false);
      }
    }
    return null;
  }

  List<ReplayCell> cells() {
    return bySize;
  }
}
