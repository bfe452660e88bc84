package io.intelligentcache.redis.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

final class CircuitBreakerTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 50);
  private final CircuitBreaker breaker =
      new CircuitBreaker("it", NOPLogger.NOP_LOGGER, nanos::get, 100, 350);

  @Test
  void opensAfterFailuresInARowOnly() {
    fail(CircuitBreaker.FAILURES_TO_OPEN - 1);
    breaker.succeeded();
    fail(CircuitBreaker.FAILURES_TO_OPEN - 1);
    assertThat(breaker.closed()).isTrue();
    fail(1);
    assertThat(breaker.closed()).isFalse();
  }

  @Test
  void letsOneProbeThroughAfterThePause() {
    fail(CircuitBreaker.FAILURES_TO_OPEN);
    assertThat(breaker.startProbe()).isFalse();
    nanos.addAndGet(100);
    assertThat(breaker.startProbe()).isTrue();
    assertThat(breaker.startProbe()).isFalse();
    assertThat(breaker.closed()).isFalse();
    breaker.probeSucceeded();
    assertThat(breaker.closed()).isTrue();
  }

  @Test
  void aFailedProbeDoublesThePauseUpToALimit() {
    fail(CircuitBreaker.FAILURES_TO_OPEN);
    for (long pause : new long[] {100, 200, 350, 350}) {
      nanos.addAndGet(pause - 1);
      assertThat(breaker.startProbe()).isFalse();
      nanos.addAndGet(1);
      assertThat(breaker.startProbe()).isTrue();
      breaker.probeFailed();
    }
  }

  @Test
  void aLateSuccessDoesNotCloseIt() {
    fail(CircuitBreaker.FAILURES_TO_OPEN);
    breaker.succeeded();
    breaker.probeSucceeded(); // a heartbeat sent while it was closed
    assertThat(breaker.closed()).isFalse();
  }

  @Test
  void aNewConnectionClosesItAndForgetsTheFailures() {
    fail(CircuitBreaker.FAILURES_TO_OPEN);
    breaker.reconnected();
    assertThat(breaker.closed()).isTrue();
    fail(CircuitBreaker.FAILURES_TO_OPEN - 1);
    assertThat(breaker.closed()).isTrue();
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      breaker.failed();
    }
  }
}
