package io.intelligentcache.bench;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * What was measured of one contender.
 *
 * @param benchmark its name
 * @param contender who
 * @param threads reading side by side
 * @param opsPerMicrosecond all threads together
 * @param error half of the 99.9 % confidence interval of that
 * @param besideCaffeine throughput per throughput of Caffeine in the same run
 * @param bytesPerOp allocated, the median of the rounds
 */
@JsonPropertyOrder({
  "benchmark",
  "contender",
  "threads",
  "opsPerMicrosecond",
  "error",
  "besideCaffeine",
  "bytesPerOp"
})
record MemoryLine(
    String benchmark,
    String contender,
    int threads,
    double opsPerMicrosecond,
    double error,
    double besideCaffeine,
    double bytesPerOp) {}
