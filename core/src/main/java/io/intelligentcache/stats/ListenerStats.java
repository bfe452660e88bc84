package io.intelligentcache.stats;

/**
 * Events that a cache's listener did not process.
 *
 * @param failures events for which the listener threw an exception
 * @param dropped events that were dropped because the queue was full
 */
public record ListenerStats(long failures, long dropped) {
  /**
   * The sum of these counters and others.
   *
   * @param that the other counters
   * @return both together
   */
  public ListenerStats plus(ListenerStats that) {
    return new ListenerStats(failures + that.failures, dropped + that.dropped);
  }

  /**
   * What was counted since an earlier reading.
   *
   * @param before the earlier reading of the same counters
   * @return the difference
   */
  public ListenerStats since(ListenerStats before) {
    return new ListenerStats(failures - before.failures, dropped - before.dropped);
  }
}
