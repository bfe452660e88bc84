package io.intelligentcache.cli.replay;

import java.util.Arrays;

/** Collects the requests of a {@link Trace}. */
final class TraceBuilder {
  private static final int FIRST_ROOM = 1 << 12;

  private final KeyNumbers keys = new KeyNumbers();
  private final Expiries expiries = new Expiries();
  private int[] requests = new int[FIRST_ROOM];
  private long[] sizes = new long[FIRST_ROOM];
  private int count;
  private long uniqueBytes;
  private long skipped;

  /**
   * Adds a request.
   *
   * @param key a Long or a String
   * @param bytes size of its value, 0 if unknown; the first known size of a key counts
   */
  void add(Object key, long bytes) {
    add(key, bytes, 0, 0);
  }

  /**
   * Adds a request.
   *
   * @param key a Long or a String
   * @param bytes as in {@link #add(Object, long)}
   * @param ttlSeconds the TTL of the value; 0 for no expiry
   * @param timeMillis the time of the request
   */
  void add(Object key, long bytes, long ttlSeconds, long timeMillis) {
    expiries.add(ttlSeconds, timeMillis);
    int number = keys.numberOf(key);
    if (number >= sizes.length) {
      sizes = Arrays.copyOf(sizes, larger(sizes.length));
    }
    if (bytes > 0 && sizes[number] == 0) {
      sizes[number] = bytes;
      uniqueBytes += bytes;
    }
    if (count == requests.length) {
      requests = Arrays.copyOf(requests, larger(count));
    }
    requests[count++] = number;
  }

  int requests() {
    return count;
  }

  /** Counts a line that is no request for a cache. */
  void skip() {
    skipped++;
  }

  Trace build() {
    return new Trace(requests, count, keys, sizes, expiries, uniqueBytes, skipped);
  }

  private static int larger(int length) {
    return Math.addExact(length, length >> 1);
  }
}
