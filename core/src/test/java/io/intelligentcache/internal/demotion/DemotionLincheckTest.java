package io.intelligentcache.internal.demotion;

import io.intelligentcache.CacheOperations;
import io.intelligentcache.Memory;
import io.intelligentcache.TieredCacheManager;
import io.intelligentcache.tier.HeapTier;
import io.intelligentcache.tier.TimeSource;

/**
 * Memory has room for two of the four keys, so entries are evicted, demoted and promoted all the
 * time.
 */
public final class DemotionLincheckTest extends CacheOperations {
  private static final int TWO_ENTRIES = 300;

  public DemotionLincheckTest() {
    super(TieredCacheManager.builder()
        .memory(Memory.ofBytes(TWO_ENTRIES))
        .disk(context -> new HeapTier(TimeSource.SYSTEM)));
  }
}
