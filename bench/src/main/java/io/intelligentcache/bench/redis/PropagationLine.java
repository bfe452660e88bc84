package io.intelligentcache.bench.redis;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.intelligentcache.bench.measure.Rounded;

/**
 * How long a change takes from one instance of a contender to another.
 *
 * @param workload the workload
 * @param contender the contender
 * @param changes how many changes were measured
 * @param p50Micros from the call of put until the other instance returns the value, median
 * @param p99Micros the same, 99th percentile
 * @param maxMicros the same, maximum
 * @param p50PutMicros until put returned, median
 */
record PropagationLine(
    RedisWorkload workload,
    RedisContender contender,
    long changes,
    double p50Micros,
    double p99Micros,
    double maxMicros,
    double p50PutMicros)
    implements RedisLine {
  private static final double MILLI = 1e3;

  static RedisLine of(RedisContender contender, Propagation measured) {
    return new PropagationLine(
        RedisWorkload.PROPAGATION,
        contender,
        measured.changes(),
        Rounded.of(measured.p50Micros()),
        Rounded.of(measured.p99Micros()),
        Rounded.of(measured.mostMicros()),
        Rounded.of(measured.p50PutMicros()));
  }

  @Override
  @JsonIgnore
  public double judged() {
    return p99Micros / MILLI;
  }
}
