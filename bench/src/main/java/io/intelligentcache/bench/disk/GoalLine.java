package io.intelligentcache.bench.disk;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.intelligentcache.bench.measure.Bound;
import io.intelligentcache.bench.measure.Rounded;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of our figures, compared with another contender's or by itself.
 *
 * @param figure the name of the figure
 * @param workload the workload
 * @param beside the contender by whose figure ours is divided; null if ours is not divided
 * @param value our figure, or the quotient
 * @param goal the required value; null if there is no goal
 * @param met whether the goal is met
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record GoalLine(
    String figure,
    DiskWorkload workload,
    @Nullable DiskContender beside,
    double value,
    @Nullable String goal,
    @Nullable Boolean met) {

  /** All comparisons and goals of the measured lines. */
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
