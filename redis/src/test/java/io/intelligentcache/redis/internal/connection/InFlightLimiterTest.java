package io.intelligentcache.redis.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class InFlightLimiterTest {
  @Test
  void boundsCommandsAndBytesAndGivesBothBack() {
    InFlightLimiter inFlight = new InFlightLimiter(2, 100);
    assertThat(inFlight.acquire(60)).isTrue();
    assertThat(inFlight.acquire(60)).isFalse();
    assertThat(inFlight.acquire(40)).isTrue();
    assertThat(inFlight.acquire(0)).isFalse();
    inFlight.release(60);
    assertThat(inFlight.acquire(60)).isTrue();
  }

  @Test
  void oneThatIsAloneMayBeOfAnySize() {
    InFlightLimiter inFlight = new InFlightLimiter(10, 100);
    assertThat(inFlight.acquire(1_000)).isTrue();
    assertThat(inFlight.acquire(1)).isFalse();
    inFlight.release(1_000);
    assertThat(inFlight.acquire(1)).isTrue();
    assertThat(inFlight.acquire(1_000)).isFalse();
  }
}
