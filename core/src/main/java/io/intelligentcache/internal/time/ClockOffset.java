package io.intelligentcache.internal.time;

import java.util.function.LongSupplier;

/**
 * How far one clock is ahead of another one, in whole milliseconds. The answer stays exactly the same as long as it is
 * possible. So an instant that is converted from one clock to the other and back does not move:
 *
 * <ul>
 *   <li>The milliseconds of two clocks begin at different instants, so their difference changes all the time by one.
 *   <li>Two clocks can't be read at one instant. The second one is read between two readings of the first one, or a
 *       pause of the thread would look like a clock that was set.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class ClockOffset {
  /** How often the clocks are read again because the thread paused meanwhile. */
  private static final int MOST_TRIES = 10;

  private final LongSupplier ahead;
  private final LongSupplier other;
  private final long sameMillis;
  private volatile long known;

  /**
   * Creates it.
   *
   * @param ahead one clock
   * @param other the other clock
   * @param sameMillis how much the difference may change without a clock being set
   * @param known the difference at this instant, as far as is known
   */
  public ClockOffset(LongSupplier ahead, LongSupplier other, long sameMillis, long known) {
    this.ahead = ahead;
    this.other = other;
    this.sameMillis = sameMillis;
    this.known = known;
  }

  public long millis() {
    long same = known;
    long first;
    long second;
    long between;
    int tries = 0;
    do {
      first = ahead.getAsLong();
      between = other.getAsLong();
      second = ahead.getAsLong();
      if (first - between - sameMillis <= same && same <= second - between + sameMillis) {
        return same;
      }
    } while (second - first > 1 && ++tries < MOST_TRIES);
    long current = first - between;
    known = current;
    return current;
  }
}
