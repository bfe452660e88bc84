package io.intelligentcache.bench.disk;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.intelligentcache.bench.measure.Bound;
import io.intelligentcache.bench.measure.Rounded;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A figure of ours: beside another's, or by itself.
 *
 * @param figure which
 * @param workload under which it was measured
 * @param beside whose figure ours is divided by; null where ours stands by itself
 * @param value ours, or the quotient
 * @param goal what it is to be; null where there is no goal
 * @param met whether it is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record GoalLine(
    String figure,
    DiskWorkload workload,
    @Nullable DiskContender beside,
    double value,
    @Nullable String goal,
    @Nullable Boolean met) {

  /** All that can be told of what was measured. */
  static List<GoalLine> of(List<DiskLine> lines) {
    var told = new ArrayList<GoalLine>();
    for (DiskLine ours : lines) {
      if (ours.contender() == DiskContender.OURS) {
        for (DiskFigure figure : DiskFigure.values()) {
          for (DiskLine other : lines) {
            if (other.workload() == ours.workload()) {
              add(told, figure, ours, other);
            }
          }
        }
      }
    }
    return told;
  }

  private static void add(List<GoalLine> told, DiskFigure figure, DiskLine ours, DiskLine other) {
    @Nullable DiskContender beside = other == ours ? null : other.contender();
    @Nullable Bound goal = DiskGoal.of(figure, ours.workload(), beside);
    double value = beside == null ? figure.of(ours) : figure.of(ours) / figure.of(other);
    if (!Double.isNaN(value) && (goal != null || beside != null)) {
      told.add(new GoalLine(
          figure.toString(),
          ours.workload(),
          beside,
          Rounded.of(value),
          goal == null ? null : goal.toString(),
          goal == null ? null : goal.isMetBy(value)));
    }
  }
}
