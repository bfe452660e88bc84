package io.intelligentcache.cli.replay;

import java.util.Arrays;

/**
 * When each request of a trace was made, and how long its key's value lives. Takes no room for a
 * trace without TTLs.
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
   * @param timeMillis when it was made; time does not go back, whatever the trace says
   */
  void add(long ttlSeconds, long timeMillis) {
    if (any() || ttlSeconds > 0) {
      int known = times.length;
      if (count >= known) {
        times = Arrays.copyOf(times, Math.max(FIRST_ROOM, count + (count >> 1)));
        ttls = Arrays.copyOf(ttls, times.length);
      }
      if (known == 0) {
        Arrays.fill(times, 0, count, timeMillis); // of those before, nobody asks for more
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

  /** When a request was made, from the first on; only if any value expires. */
  long millis(int request) {
    return times[request] - times[0];
  }

  /** How long the value that a request asks for lives, 0 for ever. */
  long ttlMillis(int request) {
    return ttls[request] * 1_000L;
  }
}
