package io.intelligentcache.stats;

/**
 * Events that a cache's listener did not process.
 *
 * <p>For reading: the library creates it. Later versions may add methods, so implement it in tests at most.
 */
public interface ListenerStats {
  /** {@return events for which the listener threw an exception} */
  long failures();

  /** {@return events that were dropped because the queue was full} */
  long dropped();
}
