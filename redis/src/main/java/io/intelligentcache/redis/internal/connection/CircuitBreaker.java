package io.intelligentcache.redis.internal.connection;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends no commands to a server that fails.
 *
 * <p>Closed: commands pass; {@value #FAILURES_TO_OPEN} failures in a row open it. Open: commands are refused at once,
 * until a pause is over. Half open: one probe is in flight. If it succeeds, the breaker closes; if it fails, the
 * breaker opens again for twice the pause.
 *
 * <p>The maintenance thread sends the probes. So no caller waits for a server that may still be down.
 */
public final class CircuitBreaker {
  public static final int FAILURES_TO_OPEN = 5;

  private enum State {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  private final String what;
  private final Logger log;
  private final LongSupplier nanos;
  private final long shortestPauseNanos;
  private final long longestPauseNanos;

  private volatile State state = State.CLOSED; // written under this object's lock
  private volatile int failures; // written under this object's lock, except the reset to 0
  private volatile long openings; // written under this object's lock
  private long pauseNanos;
  private long openedAtNanos;

  CircuitBreaker(
      String what,
      Logger log,
      LongSupplier nanos,
      long shortestPauseNanos,
      long longestPauseNanos) {
    this.what = what;
    this.log = log;
    this.nanos = nanos;
    this.shortestPauseNanos = shortestPauseNanos;
    this.longestPauseNanos = longestPauseNanos;
    this.pauseNanos = shortestPauseNanos;
  }

  /** A breaker on this clock, with pauses that suit a server in the network. */
  static CircuitBreaker of(String what, LongSupplier nanos) {
    return new CircuitBreaker(
        what,
        LoggerFactory.getLogger(CircuitBreaker.class),
        nanos,
        Duration.ofMillis(250).toNanos(),
        Duration.ofSeconds(2).toNanos());
  }

  /** How often it has opened, without the times after a failed probe. */
  long openings() {
    return openings;
  }

  boolean closed() {
    return state == State.CLOSED;
  }

  /** Records that a command was answered in time. This does not close an open breaker; only a probe does. */
  void succeeded() {
    if (failures != 0 && state == State.CLOSED) {
      reset();
    }
  }

  /** Records that a command failed or was late. */
  synchronized void failed() {
    if (state == State.CLOSED && ++failures >= FAILURES_TO_OPEN) {
      state = State.OPEN;
      openings++;
      openedAtNanos = nanos.getAsLong();
      log.warn("{} does not answer; commands to it are refused until it answers a probe", what);
    }
  }

  /** Whether the caller has to send a probe and report its result. */
  synchronized boolean startProbe() {
    if (state == State.OPEN && nanos.getAsLong() - openedAtNanos >= pauseNanos) {
      state = State.HALF_OPEN;
      return true;
    }
    return false;
  }

  synchronized void probeSucceeded() {
    if (state == State.HALF_OPEN) {
      close();
    }
  }

  synchronized void probeFailed() {
    if (state == State.HALF_OPEN) {
      state = State.OPEN;
      openedAtNanos = nanos.getAsLong();
      pauseNanos = Math.min(2 * pauseNanos, longestPauseNanos);
    }
  }

  /** Records that a connection was opened and answered, which counts as a successful probe. */
  synchronized void reconnected() {
    failures = 0;
    if (state != State.CLOSED) {
      close();
    }
  }

  private synchronized void reset() {
    failures = 0;
  }

  private void close() {
    state = State.CLOSED;
    failures = 0;
    pauseNanos = shortestPauseNanos;
    log.info("{} answers again", what);
  }
}
