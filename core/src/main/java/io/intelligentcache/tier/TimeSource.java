package io.intelligentcache.tier;

/** The two clocks of a cache, so that a test owns them. Thread-safe. */
public interface TimeSource {
  /**
   * Nearer to a deadline than this, {@link #nanos} must be asked. Far more than {@link #roughNanos}
   * is ever behind in a process that runs.
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
   * A clock that never jumps; only differences mean anything. Expiry in memory follows it.
   *
   * @return nanoseconds since an arbitrary instant
   */
  long nanos();

  /**
   * The same clock for those who are in more of a hurry than reading it takes: never ahead of {@link
   * #nanos}, and behind by a fraction of a second.
   *
   * @return nanoseconds since the same arbitrary instant
   */
  default long roughNanos() {
    return nanos();
  }

  /**
   * The time by which expiry below memory counts. A manager gives its tiers one that never jumps: the
   * wall clock as it was when the manager was built, carried on by {@link #nanos}.
   *
   * @return milliseconds since the epoch
   */
  long epochMillis();

  /**
   * The wall clock of the machine, which may be set at any moment. Only it tells how long no process
   * ran.
   *
   * @return milliseconds since the epoch
   */
  default long wallMillis() {
    return epochMillis();
  }
}
