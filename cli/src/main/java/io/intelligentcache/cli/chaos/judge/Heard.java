package io.intelligentcache.cli.chaos.judge;

/**
 * Changes whose invalidation an instance has surely received: those that were called after one instant
 * and acknowledged before another.
 *
 * @param fromNanos the first instant, on the run's clock
 * @param untilNanos the second instant
 */
public record Heard(long fromNanos, long untilNanos) {
  /** It is unknown which changes the instance has received. */
  public static final Heard NOTHING = new Heard(Long.MAX_VALUE, Long.MIN_VALUE);

  boolean of(Write write) {
    return write.isPushed() && write.startNanos() > fromNanos && write.endNanos() < untilNanos;
  }
}
