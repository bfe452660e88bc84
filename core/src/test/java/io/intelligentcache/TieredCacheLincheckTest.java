package io.intelligentcache;

/** A cache that has room for all its keys. */
public final class TieredCacheLincheckTest extends CacheOperations {
  public TieredCacheLincheckTest() {
    super(TieredCacheManager.builder());
  }
}
