package io.intelligentcache.cli.replay;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * One policy at one size on one trace: a line of the output. Ratios are rounded to six digits.
 *
 * @param trace the file as it was named
 * @param policy its name
 * @param size as it was asked for
 * @param requests all of them
 * @param hits those that found their key
 * @param hitRatio hits per request
 * @param byteHitRatio bytes found per byte requested; -1 where the trace has no sizes
 */
@JsonPropertyOrder({"trace", "policy", "size", "requests", "hits", "hitRatio", "byteHitRatio"})
record ReplayCell(
    String trace,
    String policy,
    String size,
    long requests,
    long hits,
    double hitRatio,
    double byteHitRatio) {
  private static final double DIGITS = 1e6;

  static ReplayCell of(String trace, PolicyChoice policy, CacheSize size, HitCount count) {
    return new ReplayCell(
        trace,
        policy.label(),
        size.text(),
        count.requests(),
        count.hits(),
        Math.rint(count.hitRatio() * DIGITS) / DIGITS,
        Math.rint(count.byteHitRatio() * DIGITS) / DIGITS);
  }
}
