package io.intelligentcache.cli.chaos.judge;

import java.util.List;

/** The verdict of a history on a read. */
public sealed interface Verdict {
  /**
   * The answer is allowed.
   *
   * @param staleNanos for how long, when the read started, a newer write had been
   *     acknowledged; 0 if none had
   * @param excused whether only an excuse allows it: the error of the clocks, or a server that lost data
   */
  record Allowed(long staleNanos, boolean excused) implements Verdict {
    static final Allowed FRESH = new Allowed(0, false);
  }

  /**
   * The answer breaks a promise.
   *
   * @param kind the broken promise
   * @param staleNanos as in {@link Allowed}
   * @param excerpt the writes that prove it, in order
   */
  record Broken(Kind kind, long staleNanos, List<String> excerpt) implements Verdict {}

  /** The promises. */
  enum Kind {
    /** An older value was read too long after a newer write was acknowledged. */
    STALE,
    /** An older value was read after a newer write of the same instance had returned. */
    OWN_WRITE,
    /** A value was read that no instance wrote under this key. */
    WRONG,
    /**
     * Of two values whose order is unknown, one was read after a read that shows
     * that the other one is newer.
     */
    DISAGREED,
    /** An older value was read although the instance had received the invalidation of its key. */
    HEARD,
    /** A value was read after its time to live. */
    EXPIRED
  }
}
