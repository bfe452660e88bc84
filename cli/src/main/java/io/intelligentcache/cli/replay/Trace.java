package io.intelligentcache.cli.replay;

/**
 * The requests of one recording. Keys are numbered in the order of their first request; a request
 * is the number of its key, so that tens of millions fit in memory.
 */
final class Trace {
  private final int[] requests;
  private final int count;
  private final KeyNumbers keys;
  private final long[] sizes;
  private final Expiries expiries;
  private final long uniqueBytes;
  private final long skipped;

  /** Takes the arrays over; {@link TraceBuilder} makes them. */
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

  /** The number of the key that a request asks for. */
  int key(int request) {
    return requests[request];
  }

  /** A key by its number: a Long or a String. */
  Object keyNumbered(int key) {
    return keys.key(key);
  }

  /** Bytes of the key's value as it was first known, or 0 if no request told. */
  long bytes(int key) {
    return sizes[key];
  }

  /** What a key's value counts against the capacity: bytes, or 1 where no size is known. */
  long weight(int key) {
    return Math.max(1, sizes[key]);
  }

  /** When requests were made, and how long values live. */
  Expiries expiries() {
    return expiries;
  }

  int uniqueKeys() {
    return keys.count();
  }

  long uniqueBytes() {
    return uniqueBytes;
  }

  /** Whether any request told a size; else the cache is bounded in entries. */
  boolean hasSizes() {
    return uniqueBytes > 0;
  }

  /** Lines that are in order but no request for a cache, such as a POST. */
  long skipped() {
    return skipped;
  }
}
