package io.intelligentcache.stats;

/**
 * What went wrong in telling a cache's listener.
 *
 * @param failures events at which it threw
 * @param dropped events that found too many others waiting
 */
public record ListenerStats(long failures, long dropped) {
  /**
   * The sum of two.
   *
   * @param that the other
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
