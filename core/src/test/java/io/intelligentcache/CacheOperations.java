package io.intelligentcache;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever threads do to a cache, each sees what a map under one lock would show. */
@Param(name = "key", gen = IntGen.class, conf = "1:4")
@Param(name = "value", gen = IntGen.class, conf = "1:100")
public abstract class CacheOperations {
  final TieredCacheManager manager;
  private final TieredCache<Integer, Integer> cache;

  public CacheOperations(TieredCacheManager manager) {
    this.manager = manager;
    this.cache = manager.cache("c", Integer.class, Integer.class);
  }

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

  @Operation
  public @Nullable Integer putIfAbsent(
      @Param(name = "key") int key, @Param(name = "value") int value) {
    return cache.putIfAbsent(key, value);
  }

  @Operation
  public @Nullable Integer getAndRemove(@Param(name = "key") int key) {
    return cache.getAndRemove(key);
  }

  @Operation
  public @Nullable Integer increment(@Param(name = "key") int key) {
    return cache.compute(key, (k, there) -> there == null ? 1 : there + 1);
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
