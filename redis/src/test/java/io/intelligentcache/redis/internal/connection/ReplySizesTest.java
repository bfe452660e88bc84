package io.intelligentcache.redis.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ReplySizesTest {
  private final ReplySizes sizes = new ReplySizes();

  @Test
  void followsTheSizesThatAreSeen() {
    seen(1 << 20, 200);
    assertThat(sizes.expected()).isBetween(1_000_000L, 1L << 20);
    seen(100, 200);
    assertThat(sizes.expected()).isBetween(100L, 120L);
  }

  @Test
  void largeValuesAreAskedForInSmallGroupsButAlwaysOneAtLeast() {
    seen(100, 200);
    assertThat(sizes.fitting(4 << 20, 128)).isEqualTo(128);
    seen(1 << 20, 200);
    assertThat(sizes.fitting(4 << 20, 128)).isEqualTo(4);
    seen(16 << 20, 200);
    assertThat(sizes.fitting(4 << 20, 128)).isEqualTo(1);
  }

  private void seen(int bytes, int times) {
    for (int i = 0; i < times; i++) {
      sizes.seen(bytes);
    }
  }
}
