package io.intelligentcache.cli.replay;

/**
 * The requests of one recording. Keys are numbered in the order of their first request. A request is
 * stored as the number of its key, so that tens of millions of requests fit in memory.
 */
final class Trace {
  private final int[] requests;
  private final int count;
  private final KeyNumbers keys;
  private final long[] sizes;
  private final Expiries expiries;
  private final long uniqueBytes;
  private final long skipped;

  /** Takes ownership of the arrays; {@link TraceBuilder} creates them. */
  Trace(
      int[] requests,
      int count,
      KeyNumbers keys,
      long[] sizes,
      Expiries expiries,
      long uniqueBytes,
      long skipped) {
    this.requests = requests;
    this.count = count;
    this.keys = keys;
    this.sizes = sizes;
    this.expiries = expiries;
    this.uniqueBytes = uniqueBytes;
    this.skipped = skipped;
  }

  int requests() {
    return count;
  }

  /** The number of the key of a request. */
  int key(int request) {
    return requests[request];
  }

  /** A key by its number: a Long or a String. */
  Object keyNumbered(int key) {
    return keys.key(key);
  }

  /** The size of the key's value in bytes: the first known size, or 0 if it is unknown. */
  long bytes(int key) {
    return sizes[key];
  }

  /** The weight of a key's value against the capacity: bytes, or 1 if its size is unknown. */
  long weight(int key) {
    return Math.max(1, sizes[key]);
  }

  /** The times of the requests, and the TTLs of the values. */
  Expiries expiries() {
    return expiries;
  }

  int uniqueKeys() {
    return keys.count();
  }

  long uniqueBytes() {
    return uniqueBytes;
  }

  /** Whether any request has a size; else the cache is bounded in entries. */
  boolean hasSizes() {
    return uniqueBytes > 0;
  }

  /** The number of valid lines that are no request for a cache, such as a POST. */
  long skipped() {
    return skipped;
  }
}
