package io.intelligentcache.tier;

/** The two clocks of a cache, so that a test owns them. Thread-safe. */
public interface TimeSource {
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
   * The wall clock. It may jump. Expiry that must outlive the process follows it.
   *
   * @return milliseconds since the epoch
   */
  long epochMillis();
}
