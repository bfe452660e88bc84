package io.intelligentcache.stats;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The state of the tier that instances share, usually Redis, at one instant.
 *
 * <p>A manager whose Redis is not {@link #ready} goes on answering from memory, disk and loaders.
 *
 * @param configured whether the manager has such a tier; if not, the next three are false
 * @param connected whether there is a connection to every server that owns keys
 * @param answering whether these servers answer in time; false while a breaker is open
 * @param hearing whether invalidations arrive from these servers, and the last report is recent enough; if
 *     not, every read of a copy asks Redis
 * @param window for how long changes may have happened that this instance has not received yet; zero if not
 *     configured
 * @param bound the staleness bound; a window longer than it makes {@code hearing} false, unless the bound
 *     is less than a second
 * @param troubledFor how long it has not been ready; zero if it is ready, or not configured
 * @param problem what is wrong, in words and without passwords; null if nothing is
 */
public record Health(
    boolean configured,
    boolean connected,
    boolean answering,
    boolean hearing,
    Duration window,
    Duration bound,
    Duration troubledFor,
    @Nullable String problem) {

  /**
   * Whether nothing is wrong: Redis is connected, answers and reports invalidations, or there is no Redis.
   *
   * @return true if the instance works as configured
   */
  public boolean ready() {
    return !configured || (connected && answering && hearing);
  }
}
