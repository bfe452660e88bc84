package io.intelligentcache.redis.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class LostWritesTest {
  private final LostWrites lost = new LostWrites();

  @Test
  void knowsExactlyTheVersionsItWasGiven() {
    lost.add(new long[] {20, 10});
    lost.add(new long[] {30});
    lost.add(new long[0]);

    assertThat(LongStream.rangeClosed(9, 31).filter(lost::contains)).containsExactly(10L, 20L, 30L);
  }

  @Test
  void forgetsNoneHoweverManyConnectionsEnd() {
    for (int i = 0; i < 1_000; i++) {
      lost.add(new long[] {10L * i, 10L * i + 3});
    }

    for (int i = 0; i < 1_000; i++) {
      assertThat(lost.contains(10L * i)).isTrue();
      assertThat(lost.contains(10L * i + 3)).isTrue();
    }
    assertThat(lost.contains(9_995)).isFalse();
    assertThat(lost.contains(9_998)).isFalse();
  }

  @Test
  void forgetsNoneHoweverManyWereOnTheirWay() {
    for (int i = 0; i < 30; i++) {
      long from = 100_000L * i;
      lost.add(LongStream.range(0, 10_000).map(j -> from + 2 * j).toArray());
    }

    for (int i = 0; i < 30; i++) {
      assertThat(lost.contains(100_000L * i + 2)).isTrue();
    }
    assertThat(lost.contains(100_000L * 29 + 3)).isFalse();
  }
}
