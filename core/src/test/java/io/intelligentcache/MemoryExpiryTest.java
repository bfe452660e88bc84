package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Expiry by the clocks of this machine; with a clock of its own, see {@link TieredCacheTest}. */
final class MemoryExpiryTest {
  private static final Duration SHORT = Duration.ofMillis(50);

  @ParameterizedTest
  @EnumSource(EvictionPolicy.class)
  void whatHasExpiredLeavesMemoryThoughNobodyAsksForIt(EvictionPolicy policy) {
    try (var manager = TieredCacheManager.builder()
        .memory(Memory.ofMegabytes(1).policy(policy))
        .build()) {
      TieredCache<Integer, String> cache = manager.cache("c", Integer.class, String.class);
      for (int key = 0; key < 1_000; key++) {
        cache.put(key, "short", EntryOptions.ttl(SHORT));
      }
      cache.put(-1, "lasting");
      cache.put(-2, "long", EntryOptions.ttl(Duration.ofHours(1)));
      await().untilAsserted(() -> assertThat(cache.stats().entries()).isEqualTo(2));
      assertThat(cache.stats().expirations()).isEqualTo(1_000);
      assertThat(manager.stats().memoryBytes()).isLessThan(1_000);
      assertThat(cache.get(-2)).isEqualTo("long");
    }
  }

  @Test
  void noReadThatBeginsAfterTheDeadlineFindsAnything() {
    try (var manager = TieredCacheManager.builder().build()) {
      TieredCache<Integer, String> cache = manager.cache("c", Integer.class, String.class);
      for (int round = 0; round < 20; round++) {
        cache.put(1, "v", EntryOptions.ttl(SHORT));
        long deadline = System.nanoTime() + SHORT.toNanos();
        long asked = System.nanoTime();
        while (cache.get(1) != null) {
          assertThat(asked - deadline).as("nanoseconds too late").isNegative();
          asked = System.nanoTime();
        }
      }
    }
  }
}
