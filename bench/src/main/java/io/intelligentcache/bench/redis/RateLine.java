package io.intelligentcache.bench.redis;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.intelligentcache.bench.measure.Median;
import io.intelligentcache.bench.measure.Rounded;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of one contender in a workload that counts operations.
 *
 * @param workload the workload
 * @param contender the contender
 * @param rounds how many rounds count
 * @param opsPerSecond the median of the rounds
 * @param beside the contender by whose figure all are divided; null if it was not measured
 * @param ratio the median of the rounds' quotients; null if it was not measured
 * @param lowest the lowest quotient
 * @param highest the highest quotient
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RateLine(
    RedisWorkload workload,
    RedisContender contender,
    int rounds,
    double opsPerSecond,
    @Nullable RedisContender beside,
    @Nullable Double ratio,
    @Nullable Double lowest,
    @Nullable Double highest)
    implements RedisLine {

  /** A line from the operations per second of each round, of all contenders. */
  static RedisLine of(
      RedisWorkload workload, RedisContender contender, Map<RedisContender, List<Double>> rates) {
    List<Double> own = rates.getOrDefault(contender, List.of());
    RedisContender base = workload.base();
    List<Double> ratios = new ArrayList<>();
    if (base != null && rates.containsKey(base)) {
      List<Double> others = rates.getOrDefault(base, List.of());
      for (int round = 0; round < own.size(); round++) {
        ratios.add(own.get(round) / others.get(round));
      }
    }
    boolean known = !ratios.isEmpty();
    var range = ratios.stream().mapToDouble(Double::doubleValue).summaryStatistics();
    return new RateLine(
        workload,
        contender,
        own.size(),
        Rounded.of(Median.of(own, Double::doubleValue)),
        known ? base : null,
        Rounded.ratio(Median.of(ratios, Double::doubleValue), 1),
        known ? Rounded.of(range.getMin()) : null,
        known ? Rounded.of(range.getMax()) : null);
  }

  @Override
  @JsonIgnore
  public double judged() {
    return ratio == null ? Double.NaN : ratio;
  }
}
