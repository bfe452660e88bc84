package io.intelligentcache.bench.measure;

/**
 * What one process measured.
 *
 * @param opsPerMicrosecond all threads together
 * @param bytesPerOp allocated
 * @param hitRatio hits per read, or NaN if it was not told
 */
public record Sample(double opsPerMicrosecond, double bytesPerOp, double hitRatio) {}
