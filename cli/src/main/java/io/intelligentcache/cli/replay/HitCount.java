package io.intelligentcache.cli.replay;

/**
 * What came of a replay.
 *
 * @param requests all of them
 * @param hits those that found their key
 * @param bytes size of what was requested, 0 where the trace has no sizes
 * @param hitBytes of these, what was found
 */
record HitCount(long requests, long hits, long bytes, long hitBytes) {
  /** Stands for "does not apply". */
  static final double NONE = -1;

  static final HitCount ZERO = new HitCount(0, 0, 0, 0);

  HitCount plus(HitCount other) {
    return new HitCount(
        requests + other.requests,
        hits + other.hits,
        bytes + other.bytes,
        hitBytes + other.hitBytes);
  }

  double hitRatio() {
    return (double) hits / requests;
  }

  /** The share of bytes that were hits, or {@link #NONE} where the trace has no sizes. */
  double byteHitRatio() {
    return bytes == 0 ? NONE : (double) hitBytes / bytes;
  }
}
