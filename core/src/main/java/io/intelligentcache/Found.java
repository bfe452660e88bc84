package io.intelligentcache;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a read found, and how fresh it is.
 *
 * <p>For reading: the library creates it. Later versions may add methods, so implement it in tests at most.
 *
 * @param <V> type of the value
 */
public interface Found<V> {
  /** {@return the value, or null if there is none} */
  @Nullable
  V value();

  /** {@return which tier had it} */
  Origin origin();

  /** {@return whether it is fresh, and if not, why it was answered} */
  State state();

  /**
   * {@return how long ago it was stored in this instance's memory; null where that is not recorded: below memory,
   * and in caches without {@link Freshness}}
   */
  @Nullable
  Duration age();

  /**
   * {@return how long it stays fresh, negative if it is stale; null if it does not expire, or was just loaded}
   */
  @Nullable
  Duration timeLeft();

  /** Where a value came from. */
  enum Origin {
    /** The memory tier. */
    MEMORY,
    /** The disk tier. */
    DISK,
    /** The Redis tier. */
    REDIS,
    /** The loader. */
    LOADER,
    /** No tier had it, and there was no loader. */
    NOBODY
  }

  /** How fresh a value is. */
  enum State {
    /** Within its TTL. */
    FRESH,
    /** Within its TTL, but another instance may have changed it: Redis could not be asked. */
    UNCONFIRMED,
    /** Past its TTL; it is being refreshed in the background. */
    STALE_WHILE_REVALIDATING,
    /** Past its TTL; a load took longer than the soft timeout and goes on. */
    STALE_AFTER_TIMEOUT,
    /** Past its TTL; it could not be loaded. */
    STALE_AFTER_FAILURE,
    /** Past its TTL; a load failed or timed out a moment ago, and it is too early to try again. */
    STALE_BACKING_OFF,
    /** There is no value: its loader returned none a while ago, and that is cached for the absence TTL. */
    KNOWN_ABSENT,
    /** There is no value: no tier has one, and the loader returned none if there was a loader. */
    ABSENT;

    /** {@return whether a value is past its TTL} */
    public boolean isStale() {
      return switch (this) {
        case FRESH, UNCONFIRMED, KNOWN_ABSENT, ABSENT -> false;
        case STALE_WHILE_REVALIDATING,
            STALE_AFTER_TIMEOUT,
            STALE_AFTER_FAILURE,
            STALE_BACKING_OFF -> true;
      };
    }
  }
}
