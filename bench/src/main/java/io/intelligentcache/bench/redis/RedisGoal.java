package io.intelligentcache.bench.redis;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.intelligentcache.bench.measure.Bound;
import io.intelligentcache.bench.measure.Rounded;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A goal for our figure in a workload, and whether it is met.
 *
 * @param workload the workload
 * @param figure the name of the figure
 * @param beside the contender by whose figure ours is divided; null if ours is not divided
 * @param value our figure, or the quotient
 * @param goal the required value
 * @param met whether the goal is met
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RedisGoal(
    RedisWorkload workload,
    String figure,
    @Nullable RedisContender beside,
    double value,
    String goal,
    boolean met) {
  private static final Map<RedisWorkload, Bound> GOALS = new EnumMap<>(Map.of(
      RedisWorkload.GET, Bound.atLeast(0.9),
      RedisWorkload.GET4, Bound.atLeast(0.9),
      RedisWorkload.GET256, Bound.atLeast(0.9),
      RedisWorkload.PUT, Bound.atLeast(0.7),
      RedisWorkload.PUT4, Bound.atLeast(0.7),
      RedisWorkload.PUT256, Bound.atLeast(0.7),
      RedisWorkload.HITS, Bound.atLeast(0.95),
      RedisWorkload.PROPAGATION, Bound.atMost(10)));

  /** The goals for all measured figures. */
  static List<RedisGoal> of(List<RedisLine> lines) {
    return lines.stream()
        .filter(line -> line.contender() == RedisContender.OURS)
        .filter(line -> !Double.isNaN(line.judged()))
        .filter(line -> GOALS.containsKey(line.workload()))
        .map(line -> of(line, GOALS.getOrDefault(line.workload(), Bound.atLeast(0))))
        .toList();
  }

  private static RedisGoal of(RedisLine line, Bound bound) {
    RedisContender beside = line.workload().base();
    return new RedisGoal(
        line.workload(),
        beside == null ? "p99 millis" : "operations",
        beside,
        Rounded.of(line.judged()),
        bound.toString(),
        bound.isMetBy(line.judged()));
  }
}
