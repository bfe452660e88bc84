package io.intelligentcache.bench.measure;

/**
 * The result of one process.
 *
 * @param opsPerMicrosecond of all threads together
 * @param bytesPerOp allocated bytes per operation
 * @param hitRatio hits per read, or NaN if it was not counted
 */
public record Sample(double opsPerMicrosecond, double bytesPerOp, double hitRatio) {}
