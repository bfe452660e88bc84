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
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (var manager = TieredCacheManager.builder()
        .memory(Memory.ofMegabytes(10).policy(policy))
        .defaultTtl(Duration.ofHours(1))
        .build()) {
      TieredCache<String, String> cache = manager.cache("c", String.class, String.class);
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
