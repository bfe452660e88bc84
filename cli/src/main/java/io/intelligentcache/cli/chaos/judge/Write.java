package io.intelligentcache.cli.chaos.judge;

import io.intelligentcache.cli.chaos.fault.Times;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A change of one key, from its call to its return. Times are nanoseconds of the run's clock. Fields
 * that change when it returns are guarded by the lock of its history.
 */
public final class Write {
  public static final long FOREVER = Long.MAX_VALUE;

  private static final long NOT_YET = Long.MAX_VALUE;

  private final long number;
  private final int life;
  private final boolean readable;
  private final long startNanos;
  private final long ttlNanos;
  private @Nullable Set<Long> newer; // null if none
  private long endNanos = NOT_YET;
  private long clockErrorNanos;
  private boolean acknowledged;
  private volatile boolean ofSweep;

  /**
   * A write that was called.
   *
   * @param number its position among the writes of its key
   * @param life the life of the instance that made it
   * @param readable whether it stored a value; a removal does not
   * @param ttlNanos how long the value may be read after the write returned
   */
  Write(long number, int life, boolean readable, long startNanos, long ttlNanos) {
    this.number = number;
    this.life = life;
    this.readable = readable;
    this.startNanos = startNanos;
    this.ttlNanos = ttlNanos;
  }

  /**
   * Records the return of the write.
   *
   * @param byRedisAcknowledged whether Redis acknowledged it
   * @param clockErrorNanos how far its version may be from the time of its call
   */
  void end(boolean byRedisAcknowledged, long clockErrorNanos, long nanos) {
    this.endNanos = nanos;
    this.clockErrorNanos = clockErrorNanos;
    this.acknowledged = byRedisAcknowledged;
  }

  public long number() {
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

  /** When its call returned; {@code Long.MAX_VALUE} while it runs. */
  long endNanos() {
    return endNanos;
  }

  /** Whether Redis acknowledged that it took effect. */
  boolean acknowledged() {
    return acknowledged;
  }

  /** Marks the write as part of a removal of many keys. */
  public void belongsToSweep() {
    ofSweep = true;
  }

  /**
   * Whether Redis pushes the change to all instances. For a removal of many keys, Redis
   * pushes only the keys that it has.
   */
  boolean isPushed() {
    return acknowledged && !ofSweep;
  }

  /** Whether this write returned before the other one was called. */
  boolean surelyBefore(Write other) {
    return endNanos < other.startNanos;
  }

  /** Records that a read showed that the other write took effect after this one. */
  void isBefore(Write other) {
    Set<Long> numbers = newer;
    if (numbers == null) {
      numbers = new HashSet<>();
      newer = numbers;
    }
    numbers.add(other.number);
  }

  /** Whether a read showed that another write took effect after this one. */
  boolean wasBefore(Write other) {
    return newer != null && newer.contains(other.number);
  }

  /**
   * Whether the value had expired before an instant, by more than a tolerance. The expiry is known as
   * exactly as the clock from which the write got its version.
   */
  boolean expiredBefore(long nanos, long toleranceNanos) {
    return ttlNanos != FOREVER && nanos - endNanos > ttlNanos + toleranceNanos + clockErrorNanos;
  }

  /** Whether this write returned before the other one was called, and surely has the lesser version. */
  boolean surelyOlder(Write other) {
    return surelyBefore(other) && versionSurelyBefore(other);
  }

  /** Whether the versions of the two writes are surely in the order of their calls. */
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
