package io.intelligentcache.internal.memory;

/**
 * The stages of an entry's life, on the clock of {@code TimeSource.nanos()}.
 *
 * <pre>
 *   born      refreshFrom      freshUntil               freshUntil + staleFor
 *     |  fresh     |  fresh, a read    |  stale, for callers    |  gone
 *     |            |  refreshes it     |  that accept it        |
 * </pre>
 *
 * <p>If nobody reads it for {@code idleForNanos}, it is gone earlier, from any stage.
 *
 * @param bornNanos when its value was stored in memory
 * @param freshUntilNanos when it stops being fresh, or {@link #NEVER}
 * @param refreshFromNanos from when on a read should start a refresh, or {@link #NEVER}
 * @param staleForNanos how long it is kept after it stopped being fresh; 0 or more
 * @param idleForNanos how long it is kept without a read; 0 for no limit
 */
public record Lifespan(
    long bornNanos,
    long freshUntilNanos,
    long refreshFromNanos,
    long staleForNanos,
    long idleForNanos) {
  /** An instant that never comes. */
  public static final long NEVER = ExpiryWheel.NEVER;

  /**
   * Refuses negative durations.
   *
   * @param bornNanos see above
   * @param freshUntilNanos see above
   * @param refreshFromNanos see above
   * @param staleForNanos see above
   * @param idleForNanos see above
   */
  public Lifespan {
    if (staleForNanos < 0 || idleForNanos < 0) {
      throw new IllegalArgumentException("durations must not be negative: stale for "
          + staleForNanos + ", idle for " + idleForNanos);
    }
  }

  /** When it is gone even if it is read all the time, or {@link #NEVER}. */
  long goneNanos() {
    return freshUntilNanos == NEVER ? NEVER : MemoryEntry.notNever(freshUntilNanos + staleForNanos);
  }

  /** The earlier of two instants, either of which may never come. */
  static long earlier(long one, long other) {
    if (one == NEVER || other == NEVER) {
      return one == NEVER ? other : one;
    }
    return one - other <= 0 ? one : other;
  }
}
