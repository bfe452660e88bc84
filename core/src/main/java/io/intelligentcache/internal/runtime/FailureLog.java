package io.intelligentcache.internal.runtime;

import io.intelligentcache.internal.base.Failures;
import io.intelligentcache.tier.Space;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what user code throws where no caller can receive it. For each cache, its tenants included, it logs only the
 * first failure of each kind. For values that can't be written or measured, it logs the first failure of each class.
 * So a codec that always fails does not fill the log.
 */
public final class FailureLog {
  private static final Logger log = LoggerFactory.getLogger(FailureLog.class);

  /** The consequence of a failure. */
  public enum Kind {
    /** A codec can't write a value. */
    UNWRITABLE("has a value that can't be written below memory; it is kept in memory only"),
    /** A codec failed to read a value, and not by a plain exception. */
    UNREADABLE("has a value below memory that can't be read; it counts as absent"),
    /** A weigher, a TTL function or the like failed for a value that was found or loaded. */
    UNSTORED("has a value that can't be kept; its callers still get it"),
    /** A key failed when its entry was removed from memory. */
    DROPPED("has an entry whose key failed when it was taken out of memory; it is gone"),
    /** A key, or a tier, failed during a search. */
    UNSEARCHED("could not search below memory; that counts as a miss"),
    /** The text of a key can't be decoded. */
    UNLISTED(
        "has a key below memory that its key codec can't decode; it is counted, and not listed"),
    /** It is unknown whether a sweep must remove a key. */
    UNJUDGED("has a key that can't be compared with a pattern; it is removed, too");

    private final String message;

    Kind(String message) {
      this.message = message;
    }
  }

  /**
   * The limit of messages per cache for values. A cache has few classes of values. But a codec may have a different
   * message each time, and must not fill the log.
   */
  private static final int MOST = 16;

  private final Space space;
  private final Set<String> said;

  /**
   * Creates it.
   *
   * @param said what was logged before; shared by all tenants of a cache
   */
  FailureLog(Space space, Set<String> said) {
    this.space = space;
    this.said = said;
  }

  public void log(Kind kind, Throwable failure) {
    // For values that can't be written, each class has a reason of its own.
    String which = kind == Kind.UNWRITABLE ? kind + Failures.text(failure) : kind.name();
    if ((kind != Kind.UNWRITABLE || said.size() < MOST) && said.add(which)) {
      Failures.warn(log, space + " " + kind.message + ". Further cases are not logged", failure);
    }
  }

  /** Logs that a key or value is not kept in memory, the first time for each class. */
  void unmeasured(Class<?> type, String missing) {
    if (said.size() < MOST && said.add(type.getName())) {
      log.warn(
          "{} has a {} whose size in memory can't be measured, because it holds {}. It is not kept in memory. "
              + "Give the cache a weigher, or put a copy without that. Further cases are not logged",
          space,
          type.getName(),
          missing);
    }
  }
}
