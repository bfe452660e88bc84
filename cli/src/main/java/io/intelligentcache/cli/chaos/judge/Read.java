package io.intelligentcache.cli.chaos.judge;

/**
 * A read of one key, and its answer.
 *
 * @param life the life of the instance that was asked
 * @param startNanos when it was called, on the run's clock
 * @param endNanos when it returned
 * @param number the write whose value it returned, or {@link #ABSENT}
 * @param heard which changes the instance had received when the read was called
 */
record Read(int life, long startNanos, long endNanos, long number, Heard heard) {
  static final long ABSENT = -1;
}
