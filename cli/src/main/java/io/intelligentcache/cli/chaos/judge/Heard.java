package io.intelligentcache.cli.chaos.judge;

/**
 * Changes that an instance has surely heard of: those that were called after one instant and
 * acknowledged before another.
 *
 * @param fromNanos the first instant, on the run's clock
 * @param untilNanos the second instant
 */
public record Heard(long fromNanos, long untilNanos) {
  /** Where it is not known what was heard. */
  public static final Heard NOTHING = new Heard(Long.MAX_VALUE, Long.MIN_VALUE);

  boolean of(Write write) {
    return write.isPushed() && write.startNanos() > fromNanos && write.endNanos() < untilNanos;
  }
}
