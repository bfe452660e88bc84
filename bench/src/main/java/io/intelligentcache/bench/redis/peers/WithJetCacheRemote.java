package io.intelligentcache.bench.redis.peers;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.CacheResultCode;
import com.alicp.jetcache.ResultData;
import io.intelligentcache.bench.redis.RemoteEntries;
import io.intelligentcache.bench.redis.RemoteUnderTest;
import io.lettuce.core.RedisClient;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** JetCache's cache in Redis. Values are wrapped and encoded by Kryo; answers are decoded. */
public final class WithJetCacheRemote implements RemoteUnderTest {
  private final RemoteEntries entries;
  private final RedisClient client;
  private final Cache<String, byte[]> cache;

  public WithJetCacheRemote(String url, RemoteEntries entries) {
    this.entries = entries;
    client = WithJetCache.connect(url);
    cache = WithJetCache.remote(client).keyPrefix("jetcache-remote:").buildCache();
  }

  @Override
  public CompletionStage<?> get(int entry) {
    return cache.GET(entries.key(entry)).future();
  }

  @Override
  public CompletionStage<?> put(int entry) {
    return cache.PUT(entries.key(entry), entries.value(entry)).future();
  }

  @Override
  public boolean found(int entry, @Nullable Object answer) {
    return answer instanceof ResultData result
        && result.getData() instanceof byte[] value
        && entries.isValue(entry, value);
  }

  @Override
  public boolean stored(@Nullable Object answer) {
    return answer instanceof ResultData result && result.getResultCode() == CacheResultCode.SUCCESS;
  }

  @Override
  public void close() {
    cache.close();
    WithJetCache.disconnect(client);
  }
}
