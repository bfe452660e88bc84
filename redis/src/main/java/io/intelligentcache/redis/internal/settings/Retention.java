package io.intelligentcache.redis.internal.settings;

import java.time.Duration;

/**
 * How long Redis keeps what a removal leaves, and how many unacknowledged writes this instance keeps. Users can't change
 * it: the durations are the same in all instances that share a namespace, whatever their timeouts.
 *
 * @param tombstones how long Redis keeps a tombstone, and the generation of a space: longer than it may still store a
 *     write that began before
 * @param unsettledKeys for how many keys the last unacknowledged write is kept, to be repaired
 * @param unsettledBytes how many bytes those keys, and the values that are kept with them, may take
 */
public record Retention(Duration tombstones, int unsettledKeys, long unsettledBytes) {
  public static final Retention DEFAULTS =
      new Retention(Duration.ofSeconds(15), 100_000, 32L << 20);

  public Retention {
    if (tombstones.isNegative() || tombstones.isZero()) {
      throw new IllegalArgumentException("tombstones must be positive: " + tombstones);
    }
  }

  /** How long after its call Redis still stores a write: ten seconds by default. */
  public Duration writes() {
    return tombstones.multipliedBy(2).dividedBy(3);
  }

  /** How long after its call a put is repeated. It must arrive at Redis within {@link #writes}. */
  public Duration repeatedPuts() {
    return writes().multipliedBy(95).dividedBy(100);
  }
}
