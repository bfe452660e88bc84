package io.intelligentcache.tier;

/** The clocks of a cache, so that a test can control them. Thread-safe. */
public interface TimeSource {
  /**
   * Within this time of a deadline, {@link #nanos} must be used. In a running process {@link #roughNanos} is
   * never behind by nearly as much.
   */
  long ROUGH_WITHIN_NANOS = 5_000_000_000L;

  /** The clocks of this machine. */
  TimeSource SYSTEM = new TimeSource() {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public long epochMillis() {
      return System.currentTimeMillis();
    }
  };

  /**
   * A clock that never jumps; only differences are meaningful. Expiry in memory follows it.
   *
   * @return nanoseconds since an arbitrary instant
   */
  long nanos();

  /**
   * The same clock, cheaper to read: never ahead of {@link #nanos}, and behind it by a fraction of a second.
   *
   * @return nanoseconds since the same arbitrary instant
   */
  default long roughNanos() {
    return nanos();
  }

  /**
   * The time that decides about expiry below memory. A manager gives its tiers a clock that never jumps: the
   * wall clock at the time when the manager was built, advanced by {@link #nanos}.
   *
   * @return milliseconds since the epoch
   */
  long epochMillis();

  /**
   * The wall clock of the machine, which may be set at any moment. No other clock shows for how long no process
   * ran.
   *
   * @return milliseconds since the epoch
   */
  default long wallMillis() {
    return epochMillis();
  }
}
