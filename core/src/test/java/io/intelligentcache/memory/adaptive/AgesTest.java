package io.intelligentcache.memory.adaptive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AgesTest {
  @Test
  void leavesNoGapBetweenBuckets() {
    for (int b = 0; b < Ages.BUCKETS - 1; b++) {
      assertThat(Ages.bucket(Ages.start(b))).isEqualTo(b);
      assertThat(Ages.start(b) + Ages.width(b)).isEqualTo(Ages.start(b + 1));
      assertThat(Ages.bucket(Ages.start(b + 1) - 1)).isEqualTo(b);
    }
    assertThat(Ages.bucket(Integer.MAX_VALUE)).isEqualTo(Ages.BUCKETS - 1);
  }

  @Test
  void countsAcrossTheWrapOfTheClockAndIsNeverBelowOne() {
    assertThat(Ages.between(Integer.MAX_VALUE, Integer.MIN_VALUE + 4)).isEqualTo(5);
    assertThat(Ages.between(10, 10)).isEqualTo(1);
    assertThat(Ages.between(10, 3)).isEqualTo(1);
  }
}
