package io.intelligentcache;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MemoryHitTest {
  private static final int KEYS = 1_000;
  private static final int ROUNDS = 1_000;

  @ParameterizedTest
  @EnumSource(EvictionPolicy.class)
  void allocatesNothing(EvictionPolicy policy) {
    allocatesNothing(policy, CacheSpec.of(String.class, String.class));
  }

  @ParameterizedTest
  @EnumSource(EvictionPolicy.class)
  void allocatesNothingWhereStaleValuesAreKeptEither(EvictionPolicy policy) {
    var freshness = Freshness.none()
        .refreshAhead(Duration.ofMinutes(5))
        .staleWhileRevalidate(Duration.ofHours(1))
        .failSafe(Duration.ofHours(2), Duration.ofSeconds(1))
        .timeToIdle(Duration.ofMinutes(30));
    allocatesNothing(policy, CacheSpec.of(String.class, String.class).freshness(freshness));
  }

  private static void allocatesNothing(EvictionPolicy policy, CacheSpec<String, String> spec) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (var manager = TieredCacheManager.builder()
        .memory(Memory.ofMegabytes(10).policy(policy))
        .defaultTtl(Duration.ofHours(1))
        .build()) {
      TieredCache<String, String> cache = manager.cache("c", spec);
      String[] keys = new String[KEYS];
      for (int i = 0; i < KEYS; i++) {
        keys[i] = "key" + i;
        cache.put(keys[i], "value" + i);
      }
      for (int warmUp = 0; warmUp < 5; warmUp++) {
        read(cache, keys);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      read(cache, keys);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat((double) allocated / KEYS / ROUNDS).as("bytes per hit").isLessThan(0.01);
    }
  }

  private static void read(TieredCache<String, String> cache, String[] keys) {
    for (int round = 0; round < ROUNDS; round++) {
      for (String key : keys) {
        if (cache.get(key) == null) {
          throw new AssertionError(key + " is gone");
        }
      }
    }
  }
}
