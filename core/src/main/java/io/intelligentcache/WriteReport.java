package io.intelligentcache;

import io.intelligentcache.tier.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether Redis acknowledged a write. Every put and every removal by key returns a report; a caller may ignore
 * it.
 *
 * <p>Whatever the report says, no later read in this instance returns the value from before the write. The
 * report is about the other instances: they may read the older value until Redis has the write.
 *
 * <pre>{@code
 * sessions.invalidate(id).orThrow();
 * sessions.async().put(id, session).thenApply(WriteReport::orThrow);
 * }</pre>
 *
 * <p>For reading: the library creates it. Later versions may add methods, so implement it in tests at most.
 */
public interface WriteReport {
  /** {@return the result of the write; for several keys, the worst result of one of them} */
  State state();

  /**
   * {@return why Redis did not acknowledge the write, for the first of the keys; null unless the state is {@link
   * State#REFUSED}}
   */
  @Nullable
  Reason why();

  /**
   * {@return the keys whose state is {@link State#REFUSED} or {@link State#OVERTAKEN}; empty for the other states}
   */
  List<?> keys();

  /** The result of a write, the best first. */
  enum State {
    /** There is no Redis, so no other instance is concerned. */
    LOCAL,
    /** Redis acknowledged it. A removal is acknowledged too if a newer write was there already. */
    ACKNOWLEDGED,
    /**
     * Redis received a put and did not store it: another instance has written or removed the key since, or the
     * value had expired already. The copy in this instance is outdated.
     */
    OVERTAKEN,
    /**
     * Redis did not acknowledge it. {@link #why} says whether it may have taken effect: after {@link
     * Reason#LATE}, {@link Reason#BROKEN} and {@link Reason#CLOSED} that is unknown, otherwise it has not.
     * Unless the manager was closed, this instance retries until Redis has nothing older than this write under
     * the key. Until then other instances may read the older value.
     */
    REFUSED
  }

  /**
   * Returns this report, unless Redis refused the write or did not acknowledge it.
   *
   * @return this report, whose state is not {@link State#REFUSED}
   * @throws SharedWriteException if the state is {@link State#REFUSED}
   */
  default WriteReport orThrow() {
    Reason why = why();
    if (why != null) {
      throw new SharedWriteException(this, why);
    }
    return this;
  }
}
