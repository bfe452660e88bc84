package io.intelligentcache.cli.chaos;

import java.util.List;

/** What a history says of a read. */
sealed interface Verdict {
  /**
   * The answer is allowed.
   *
   * @param staleNanos for how long, when the read started, a newer write had been acknowledged; 0
   *     if none had
   */
  record Allowed(long staleNanos) implements Verdict {}

  /**
   * The answer breaks a promise.
   *
   * @param kind which
   * @param staleNanos as above
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
    WRONG
  }
}
