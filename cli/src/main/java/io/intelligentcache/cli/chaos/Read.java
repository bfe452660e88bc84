package io.intelligentcache.cli.chaos;

/**
 * A read of one key, and its answer.
 *
 * @param life the life of the instance that was asked
 * @param startNanos when it was called, on the run's clock
 * @param endNanos when it returned
 * @param number the write whose value it answered, or {@link #ABSENT}
 */
record Read(int life, long startNanos, long endNanos, long number) {
  static final long ABSENT = -1;
}
