package io.intelligentcache.internal.memory;

/**
 * The stages of an entry's life, on the clock of {@code TimeSource.nanos()}.
 *
 * <pre>
 *   born      refreshFrom      freshUntil             freshUntil + staleFor
 *     |  fresh     |  fresh, to be   |  stale, for those      |  gone
 *     |            |  loaded anew    |  who take it           |
 * </pre>
 *
 * <p>Nobody having read it for {@code idleForNanos} ends it earlier, from whatever stage.
 *
 * @param bornNanos when its value came into memory
 * @param freshUntilNanos when it stops being fresh, or {@link #NEVER}
 * @param refreshFromNanos from when on a read should have it loaded anew, or {@link #NEVER}
 * @param staleForNanos how long it is kept once it is not fresh; 0 or more
 * @param idleForNanos how long it is kept unread; 0 for ever
 */
public record Lifespan(
    long bornNanos,
    long freshUntilNanos,
    long refreshFromNanos,
    long staleForNanos,
    long idleForNanos) {
  /** The instant that does not come. */
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

  /** When it is gone though it may have been read all the time, or {@link #NEVER}. */
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
