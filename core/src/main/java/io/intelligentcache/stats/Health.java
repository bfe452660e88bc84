package io.intelligentcache.stats;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The state of the tier that instances share, usually Redis, at one instant.
 *
 * <p>A manager whose Redis is not {@link #ready} goes on answering from memory, disk and loaders.
 *
 * <p>For reading: the library creates it. Later versions may add methods, so implement it in tests at most.
 */
public interface Health {
  /**
   * {@return whether the manager has such a tier; if not, {@link #connected}, {@link #answering} and {@link
   * #hearing} are false}
   */
  boolean configured();

  /** {@return whether there is a connection to every server that owns keys} */
  boolean connected();

  /** {@return whether the servers that own keys answer in time; false while a breaker is open} */
  boolean answering();

  /**
   * {@return whether invalidations arrive from the servers that own keys, and the last report is recent enough; if
   * not, every read of a copy asks Redis}
   */
  boolean hearing();

  /**
   * {@return for how long changes may have happened that this instance has not received yet; zero if not
   * configured}
   */
  Duration window();

  /**
   * {@return the staleness bound; a window longer than it makes {@code hearing} false, unless the bound is less
   * than a second}
   */
  Duration bound();

  /** {@return how long it has not been ready; zero if it is ready, or not configured} */
  Duration troubledFor();

  /** {@return what is wrong, in words and without passwords; null if nothing is} */
  @Nullable
  String problem();

  /**
   * Whether nothing is wrong: Redis is connected, answers and reports invalidations, or there is no Redis.
   *
   * @return true if the instance works as configured
   */
  default boolean ready() {
    return !configured() || (connected() && answering() && hearing());
  }
}
