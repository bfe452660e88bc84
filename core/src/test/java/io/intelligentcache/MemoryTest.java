package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class MemoryTest {
  private static final long MB = 1_000_000;

  @Test
  void theDefaultIsAtMostAQuarterOfTheHeap() {
    assertThat(Memory.defaultBytes(64 * MB)).isEqualTo(16 * MB);
    assertThat(Memory.defaultBytes(400 * MB)).isEqualTo(100 * MB);
    assertThat(Memory.defaultBytes(8_000 * MB)).isEqualTo(100 * MB);
    assertThat(Memory.DEFAULT_BYTES)
        .isEqualTo(Memory.defaultBytes(Runtime.getRuntime().maxMemory()));
  }

  @Test
  void moreThanTheHeapIsRefusedWithValueAndLimit() {
    assertThatThrownBy(() -> Memory.check(64 * MB + 1, 64 * MB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64000001")
        .hasMessageContaining("64000000 bytes (-Xmx)");
    assertThatCode(() -> Memory.check(64 * MB, 64 * MB)).doesNotThrowAnyException();
    long largest = Runtime.getRuntime().maxMemory();
    assertThatThrownBy(() -> Memory.ofBytes(Long.MAX_VALUE).policy(EvictionPolicy.LFU))
        .hasMessageContaining(Long.toString(largest));
  }

  @Test
  void moreThanHalfOfTheHeapIsWarnedOf() {
    assertThat(Memory.warning(33 * MB, 64 * MB)).contains("33000000", "64000000");
    assertThat(Memory.warning(32 * MB, 64 * MB)).isNull();
  }

  @Test
  void aResizeFollowsTheSameRules() {
    try (var manager = TieredCacheManager.builder().build()) {
      assertThatThrownBy(() -> manager.resizeMemory(Long.MAX_VALUE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(Long.toString(Runtime.getRuntime().maxMemory()));
      assertThatThrownBy(() -> manager.resizeMemory(0)).hasMessageContaining("0");
      assertThat(manager.stats().memoryCapacityBytes()).isEqualTo(Memory.DEFAULT_BYTES);
    }
  }
}
