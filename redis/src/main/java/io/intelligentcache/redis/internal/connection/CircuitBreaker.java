package io.intelligentcache.redis.internal.connection;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves a failing server alone.
 *
 * <p>Closed: commands pass; {@value #FAILURES_TO_OPEN} failures in a row open it. Open: commands are
 * refused at once, until a pause is over. Half open: one probe is on its way; its success closes the
 * breaker, its failure opens it again for twice the pause.
 *
 * <p>Probes are sent by upkeep, never by a caller, so no caller pays for finding out.
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
  private volatile int failures; // written under this object's lock, but for the reset to 0
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

  /** On this machine's clock, with the pauses that suit a server in the network. */
  static CircuitBreaker of(String what) {
    return new CircuitBreaker(
        what,
        LoggerFactory.getLogger(CircuitBreaker.class),
        System::nanoTime,
        Duration.ofMillis(250).toNanos(),
        Duration.ofSeconds(2).toNanos());
  }

  /** How often it has opened, but for probes that failed. */
  long openings() {
    return openings;
  }

  boolean closed() {
    return state == State.CLOSED;
  }

  /** A command was answered in time. Says nothing about an open breaker: that is for the probe. */
  void succeeded() {
    if (failures != 0 && state == State.CLOSED) {
      reset();
    }
  }

  /** A command failed or was late. */
  synchronized void failed() {
    if (state == State.CLOSED && ++failures >= FAILURES_TO_OPEN) {
      state = State.OPEN;
      openings++;
      openedAtNanos = nanos.getAsLong();
      log.warn("{} does not answer; left alone until it does", what);
    }
  }

  /** Whether the caller shall send a probe, and report what became of it. */
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

  /** A connection was opened and answered: as good as a probe. */
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
