package io.intelligentcache.cli.replay;

/**
 * The result of a replay.
 *
 * @param requests all requests
 * @param hits requests that found their key
 * @param bytes size of all requested values, 0 if the trace has no sizes
 * @param hitBytes size of the values that were found
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

  /** The share of requested bytes that were found, or {@link #NONE} if the trace has no sizes. */
  double byteHitRatio() {
    return bytes == 0 ? NONE : (double) hitBytes / bytes;
  }
}
