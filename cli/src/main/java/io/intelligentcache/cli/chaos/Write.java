package io.intelligentcache.cli.chaos;

/**
 * A change of one key, from its call to its return. Times are nanoseconds of the run's clock. What
 * comes with its end is guarded by whoever guards its history.
 */
final class Write {
  private static final long NOT_YET = Long.MAX_VALUE;

  private final long number;
  private final int life;
  private final boolean readable;
  private final long startNanos;
  private long endNanos = NOT_YET;
  private long clockErrorNanos;
  private boolean acknowledged;

  /**
   * A write that was called.
   *
   * @param number its place among the writes of its key
   * @param life the life of the instance that made it
   * @param readable whether it left a value; a removal does not
   */
  Write(long number, int life, boolean readable, long startNanos) {
    this.number = number;
    this.life = life;
    this.readable = readable;
    this.startNanos = startNanos;
  }

  /**
   * It returned.
   *
   * @param byRedisAcknowledged whether Redis said that it took effect
   * @param clockErrorNanos how far its version may be from the time of its call
   */
  void end(boolean byRedisAcknowledged, long clockErrorNanos, long nanos) {
    this.endNanos = nanos;
    this.clockErrorNanos = clockErrorNanos;
    this.acknowledged = byRedisAcknowledged;
  }

  long number() {
    return number;
  }

  int life() {
    return life;
  }

  boolean readable() {
    return readable;
  }

  long startNanos() {
    return startNanos;
  }

  /** When its call returned; the end of time while it has not. */
  long endNanos() {
    return endNanos;
  }

  /** Whether Redis said that it took effect. */
  boolean acknowledged() {
    return acknowledged;
  }

  /** Whether it had returned before another one was called. */
  boolean surelyBefore(Write other) {
    return endNanos < other.startNanos;
  }

  /** Whether its version and another's are surely in the order of their calls. */
  boolean versionSurelyBefore(Write other) {
    return life == other.life
        || other.startNanos - startNanos > clockErrorNanos + other.clockErrorNanos;
  }

  @Override
  public String toString() {
    return "#" + number + (readable ? " put" : " removed") + " by life " + life + ", "
        + Times.seconds(startNanos) + " to "
        + (endNanos == NOT_YET ? "(running)" : Times.seconds(endNanos)) + ", "
        + (acknowledged ? "acknowledged" : "outcome unknown") + ", clock within "
        + clockErrorNanos / 1_000 + " us";
  }
}
