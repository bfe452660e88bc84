package io.intelligentcache.cli.replay;

import java.util.Arrays;

/**
 * The time of each request of a trace, and the TTL of its value. Takes no
 * memory for a trace without TTLs.
 */
final class Expiries {
  private static final int FIRST_ROOM = 1 << 12;

  private long[] times = {};
  private int[] ttls = {};
  private int count;

  /**
   * Adds the next request.
   *
   * @param ttlSeconds 0 for a value that does not expire
   * @param timeMillis the time of the request; a time before the previous one is replaced by that one
   */
  void add(long ttlSeconds, long timeMillis) {
    if (any() || ttlSeconds > 0) {
      int known = times.length;
      if (count >= known) {
        times = Arrays.copyOf(times, Math.max(FIRST_ROOM, count + (count >> 1)));
        ttls = Arrays.copyOf(ttls, times.length);
      }
      if (known == 0) {
        Arrays.fill(times, 0, count, timeMillis); // earlier requests have no TTL
      }
      times[count] = count == 0 ? timeMillis : Math.max(timeMillis, times[count - 1]);
      ttls[count] = (int) Math.min(ttlSeconds, Integer.MAX_VALUE);
    }
    count++;
  }

  /** Whether any value expires. */
  boolean any() {
    return times.length > 0;
  }

  /** The time of a request, relative to the first one; only valid if any value expires. */
  long millis(int request) {
    return times[request] - times[0];
  }

  /** The TTL of a request's value, 0 for no expiry. */
  long ttlMillis(int request) {
    return ttls[request] * 1_000L;
  }
}
