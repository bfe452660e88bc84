package io.intelligentcache.redis.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class InFlightLimiterTest {
  @Test
  void boundsCommandsAndBytesAndGivesBothBack() {
    InFlightLimiter gate = new InFlightLimiter(2, 100);
    assertThat(gate.enter(60)).isTrue();
    assertThat(gate.enter(60)).isFalse();
    assertThat(gate.enter(40)).isTrue();
    assertThat(gate.enter(0)).isFalse();
    gate.leave(60);
    assertThat(gate.enter(60)).isTrue();
  }

  @Test
  void oneThatIsAloneMayBeOfAnySize() {
    InFlightLimiter gate = new InFlightLimiter(10, 100);
    assertThat(gate.enter(1_000)).isTrue();
    assertThat(gate.enter(1)).isFalse();
    gate.leave(1_000);
    assertThat(gate.enter(1)).isTrue();
    assertThat(gate.enter(1_000)).isFalse();
  }
}
