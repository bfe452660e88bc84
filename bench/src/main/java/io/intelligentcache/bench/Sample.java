package io.intelligentcache.bench;

/**
 * What one process measured.
 *
 * @param opsPerMicrosecond all threads together
 * @param bytesPerOp allocated
 * @param hitRatio hits per read, or NaN if it was not told
 */
record Sample(double opsPerMicrosecond, double bytesPerOp, double hitRatio) {}
