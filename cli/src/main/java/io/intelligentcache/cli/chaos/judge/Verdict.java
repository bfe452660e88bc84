package io.intelligentcache.cli.chaos.judge;

import java.util.List;

/** What a history says of a read. */
public sealed interface Verdict {
  /**
   * The answer is allowed.
   *
   * @param staleNanos for how long, when the read started, a newer write had been acknowledged; 0
   *     if none had
   * @param excused whether it would not be allowed, were it not for what a cache can't help: the
   *     clocks' error, and a server that forgot
   */
  record Allowed(long staleNanos, boolean excused) implements Verdict {
    static final Allowed FRESH = new Allowed(0, false);
  }

  /**
   * The answer breaks a promise.
   *
   * @param kind which
   * @param staleNanos as for what is allowed
   * @param excerpt the writes that show it, in order
   */
  record Broken(Kind kind, long staleNanos, List<String> excerpt) implements Verdict {}

  /** The promises. */
  enum Kind {
    /** An older value, too long after a newer write was acknowledged. */
    STALE,
    /** An older value, after a newer write of the same instance had returned. */
    OWN_WRITE,
    /** A value that nobody wrote under this key. */
    WRONG,
    /** One of two values whose order is unknown, after a read that shows that the other one is newer. */
    DISAGREED,
    /** An older value, although the instance had heard that its key had changed. */
    HEARD,
    /** A value whose time to live is over. */
    EXPIRED
  }
}
