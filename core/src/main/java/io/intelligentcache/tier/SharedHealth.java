package io.intelligentcache.tier;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a {@link SharedTier} can work at one instant. Immutable; each method that sets something returns another
 * object.
 */
public final class SharedHealth {
  private static final SharedHealth WELL = new SharedHealth(true, true, true, Duration.ZERO, null);

  private final boolean connected;
  private final boolean answering;
  private final boolean telling;
  private final Duration troubledFor;
  private final @Nullable String problem;

  private SharedHealth(
      boolean connected,
      boolean answering,
      boolean telling,
      Duration troubledFor,
      @Nullable String problem) {
    this.connected = connected;
    this.answering = answering;
    this.telling = telling;
    this.troubledFor = troubledFor;
    this.problem = problem;
  }

  /** {@return the health of a tier that is connected, answers and reports invalidations} */
  public static SharedHealth well() {
    return WELL;
  }

  /**
   * The health of a tier that can't work.
   *
   * @param problem see {@link #problem()}
   * @param troubledFor see {@link #troubledFor()}
   * @return neither connected, nor answering, nor telling; the tier sets those that are true
   */
  public static SharedHealth troubled(String problem, Duration troubledFor) {
    return new SharedHealth(
        false,
        false,
        false,
        requireNonNull(troubledFor, "troubledFor"),
        requireNonNull(problem, "problem"));
  }

  /**
   * {@return whether there is a connection to every server that owns keys, and each key has such a server}
   */
  public boolean connected() {
    return connected;
  }

  /**
   * Sets {@link #connected()}.
   *
   * @param is the state
   * @return the health with it
   */
  public SharedHealth connected(boolean is) {
    return new SharedHealth(is, answering, telling, troubledFor, problem);
  }

  /** {@return whether the servers that own keys answer in time; false while the breaker of one is open} */
  public boolean answering() {
    return answering;
  }

  /**
   * Sets {@link #answering()}.
   *
   * @param is the state
   * @return the health with it
   */
  public SharedHealth answering(boolean is) {
    return new SharedHealth(connected, is, telling, troubledFor, problem);
  }

  /** {@return whether the servers that own keys report invalidations; true if nobody listens for them} */
  public boolean telling() {
    return telling;
  }

  /**
   * Sets {@link #telling()}.
   *
   * @param is the state
   * @return the health with it
   */
  public SharedHealth telling(boolean is) {
    return new SharedHealth(connected, answering, is, troubledFor, problem);
  }

  /**
   * {@return how long connected, answering or telling has been false without interruption; zero if all are true}
   */
  public Duration troubledFor() {
    return troubledFor;
  }

  /** {@return what is wrong, in words and without passwords; null if nothing is} */
  public @Nullable String problem() {
    return problem;
  }

  @Override
  public String toString() {
    return "SharedHealth[connected=" + connected + ", answering=" + answering + ", telling="
        + telling + ", troubledFor=" + troubledFor + ", problem=" + problem + "]";
  }
}
