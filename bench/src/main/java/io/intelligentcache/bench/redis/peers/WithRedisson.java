package io.intelligentcache.bench.redis.peers;

import io.intelligentcache.bench.memory.CacheUnderTest;
import io.intelligentcache.bench.memory.Contender;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.api.options.LocalCachedMapOptions.CacheProvider;
import org.redisson.api.options.LocalCachedMapOptions.EvictionPolicy;
import org.redisson.api.options.LocalCachedMapOptions.SyncStrategy;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** Redisson's local cached map, over Caffeine. */
public final class WithRedisson implements CacheUnderTest {
  private static final int ROOM = 100_000;

  private final RedissonClient client;
  private final RLocalCachedMap<String, String> map;

  private WithRedisson(String url, String name, SyncStrategy strategy) {
    client = connect(url);
    map = client.getLocalCachedMap(LocalCachedMapOptions.<String, String>name(name)
        .codec(StringCodec.INSTANCE)
        .cacheProvider(CacheProvider.CAFFEINE)
        .evictionPolicy(EvictionPolicy.LFU)
        .cacheSize(ROOM)
        .timeToLive(Contender.TTL)
        .syncStrategy(strategy));
  }

  /** Other instances receive an invalidation, which is the default. */
  public static WithRedisson invalidating(String url) {
    return new WithRedisson(url, "redisson-invalidating", SyncStrategy.INVALIDATE);
  }

  /** Other instances receive the new value. */
  public static WithRedisson updating(String url) {
    return new WithRedisson(url, "redisson-updating", SyncStrategy.UPDATE);
  }

  static RedissonClient connect(String url) {
    var config = new Config();
    config.useSingleServer().setAddress(url);
    return Redisson.create(config);
  }

  @Override
  public void put(String key, String value) {
    map.fastPut(key, value);
  }

  @Override
  public @Nullable String get(String key) {
    return map.get(key);
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
