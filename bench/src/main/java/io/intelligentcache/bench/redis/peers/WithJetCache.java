package io.intelligentcache.bench.redis.peers;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.SimpleCacheManager;
import com.alicp.jetcache.anno.CacheConsts;
import com.alicp.jetcache.anno.CacheType;
import com.alicp.jetcache.embedded.CaffeineCacheBuilder;
import com.alicp.jetcache.redis.lettuce.LettuceConnectionManager;
import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder;
import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder.RedisLettuceCacheBuilderImpl;
import com.alicp.jetcache.support.Kryo5ValueDecoder;
import com.alicp.jetcache.support.Kryo5ValueEncoder;
import com.alicp.jetcache.template.CacheBuilderTemplate;
import com.alicp.jetcache.template.NotifyMonitorInstaller;
import com.alicp.jetcache.template.QuickConfig;
import io.intelligentcache.bench.memory.CacheUnderTest;
import io.intelligentcache.bench.memory.Contender;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** JetCache in two levels, Caffeine over Redis. It sends invalidations to other instances. */
public final class WithJetCache implements CacheUnderTest {
  private static final int ROOM = 100_000;
  private static final Duration END = Duration.ofSeconds(2);

  private final RedisClient client;
  private final SimpleCacheManager caches = new SimpleCacheManager();
  private final Cache<String, String> cache;

  public WithJetCache(String url) {
    client = connect(url);
    RedisLettuceCacheBuilderImpl remote = remote(client)
        .keyConvertor(Function.identity())
        .keyPrefix("jetcache:")
        .broadcastChannel("jetcache")
        .pubSubConnection(client.connectPubSub(ByteArrayCodec.INSTANCE));
    CaffeineCacheBuilder<?> local = CaffeineCacheBuilder.createCaffeineCacheBuilder()
        .limit(ROOM)
        .keyConvertor(Function.identity());
    var template = new CacheBuilderTemplate(
        false, Map.of(CacheConsts.DEFAULT_AREA, local), Map.of(CacheConsts.DEFAULT_AREA, remote));
    template.getCacheMonitorInstallers().add(new NotifyMonitorInstaller(area -> remote));
    caches.setCacheBuilderTemplate(template);
    cache = caches.getOrCreateCache(QuickConfig.newBuilder("bench")
        .cacheType(CacheType.BOTH)
        .syncLocal(true)
        .expire(Contender.TTL)
        .build());
  }

  static RedisClient connect(String url) {
    return RedisClient.create(url);
  }

  /** The default settings, except the encoding: Kryo is faster than the default. */
  static RedisLettuceCacheBuilderImpl remote(RedisClient client) {
    return RedisLettuceCacheBuilder.createRedisLettuceCacheBuilder()
        .redisClient(client)
        .keyConvertor(Function.identity())
        .valueEncoder(Kryo5ValueEncoder.INSTANCE)
        .valueDecoder(Kryo5ValueDecoder.INSTANCE)
        .expireAfterWrite(Contender.TTL.toMillis(), TimeUnit.MILLISECONDS);
  }

  static void disconnect(RedisClient client) {
    LettuceConnectionManager.defaultManager().removeAndClose(client);
    client.shutdown(Duration.ZERO, END);
  }

  @Override
  public void put(String key, String value) {
    cache.put(key, value);
  }

  @Override
  public @Nullable String get(String key) {
    return cache.get(key);
  }

  @Override
  public void close() {
    caches.close();
    disconnect(client);
  }
}
