package io.intelligentcache;

import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.TimeSource;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Memory has room for two of the four keys, so entries are evicted, demoted and promoted all the
 * time; still each thread sees what a map under one lock would show.
 */
@Param(name = "key", gen = IntGen.class, conf = "1:4")
@Param(name = "value", gen = IntGen.class, conf = "1:100")
public final class DemotionLincheckTest {
  private static final int TWO_ENTRIES = 300;

  private final TieredCache<Integer, Integer> cache = TieredCacheManager.builder()
      .memory(Memory.ofBytes(TWO_ENTRIES))
      .disk(context -> new HeapTier(TimeSource.SYSTEM))
      .build()
      .cache("c", Integer.class, Integer.class);

  @Operation
  public @Nullable Integer get(@Param(name = "key") int key) {
    return cache.get(key);
  }

  @Operation
  public void put(@Param(name = "key") int key, @Param(name = "value") int value) {
    cache.put(key, value);
  }

  @Operation
  public void invalidate(@Param(name = "key") int key) {
    cache.invalidate(key);
  }

  @Test
  void isLinearizable() {
    new StressOptions()
        .iterations(10)
        .invocationsPerIteration(500)
        .threads(3)
        .actorsPerThread(3)
        .check(getClass());
  }
}
