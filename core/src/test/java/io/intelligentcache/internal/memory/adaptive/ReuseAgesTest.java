package io.intelligentcache.internal.memory.adaptive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReuseAgesTest {
  @Test
  void leavesNoGapBetweenBuckets() {
    for (int b = 0; b < ReuseAges.BUCKETS - 1; b++) {
      assertThat(ReuseAges.bucket(ReuseAges.start(b))).isEqualTo(b);
      assertThat(ReuseAges.start(b) + ReuseAges.width(b)).isEqualTo(ReuseAges.start(b + 1));
      assertThat(ReuseAges.bucket(ReuseAges.start(b + 1) - 1)).isEqualTo(b);
    }
    assertThat(ReuseAges.bucket(Integer.MAX_VALUE)).isEqualTo(ReuseAges.BUCKETS - 1);
  }

  @Test
  void countsAcrossTheWrapOfTheClockAndIsNeverBelowOne() {
    assertThat(ReuseAges.between(Integer.MAX_VALUE, Integer.MIN_VALUE + 4)).isEqualTo(5);
    assertThat(ReuseAges.between(10, 10)).isEqualTo(1);
    assertThat(ReuseAges.between(10, 3)).isEqualTo(1);
  }
}
