package io.intelligentcache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LostWritesTest {
  private final LostWrites lost = new LostWrites();

  @Test
  void knowsExactlyTheRangesItWasGiven() {
    lost.add(10, 20);
    lost.add(30, 30);
    assertThat(new boolean[] {
          lost.contains(9),
          lost.contains(10),
          lost.contains(20),
          lost.contains(21),
          lost.contains(29),
          lost.contains(30),
          lost.contains(31)
        })
        .containsExactly(false, true, true, false, false, true, false);
  }

  @Test
  void forgetsNoneHoweverManyThereAre() {
    for (int i = 0; i < 1_000; i++) {
      lost.add(10L * i, 10L * i + 3);
    }
    for (int i = 0; i < 1_000; i++) {
      assertThat(lost.contains(10L * i + 2)).isTrue();
    }
    assertThat(lost.contains(9_998)).isFalse();
  }
}
