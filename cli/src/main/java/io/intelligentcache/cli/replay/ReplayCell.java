package io.intelligentcache.cli.replay;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * One policy at one size on one trace: a line of the output. Ratios are rounded to six digits.
 *
 * @param trace the file as it was named
 * @param policy the name of the policy
 * @param size the size as it was given
 * @param requests all requests
 * @param hits requests that found their key
 * @param hitRatio hits per request
 * @param byteHitRatio bytes found per byte requested; -1 if the trace has no sizes
 * @param phases hits per request in each window of the trace; empty if there is only one
 * @param capacity the size in bytes, or in entries if the trace has no sizes
 */
@JsonPropertyOrder({
  "trace",
  "policy",
  "size",
  "requests",
  "hits",
  "hitRatio",
  "byteHitRatio",
  "phases"
})
record ReplayCell(
    String trace,
    String policy,
    String size,
    long requests,
    long hits,
    double hitRatio,
    double byteHitRatio,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Double> phases,
    @JsonIgnore long capacity) {
  private static final double DIGITS = 1e6;

  static ReplayCell of(
      String trace, PolicyChoice policy, CacheSize size, long capacity, List<HitCount> phases) {
    HitCount count = phases.stream().reduce(HitCount.ZERO, HitCount::plus);
    return new ReplayCell(
        trace,
        policy.label(),
        size.text(),
        count.requests(),
        count.hits(),
        rounded(count.hitRatio()),
        rounded(count.byteHitRatio()),
        phases.size() == 1
            ? List.of()
            : phases.stream().map(phase -> rounded(phase.hitRatio())).toList(),
        capacity);
  }

  private static double rounded(double ratio) {
    return Math.rint(ratio * DIGITS) / DIGITS;
  }
}
