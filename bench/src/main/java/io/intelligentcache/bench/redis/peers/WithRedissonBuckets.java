package io.intelligentcache.bench.redis.peers;

import io.intelligentcache.bench.redis.RemoteEntries;
import io.intelligentcache.bench.redis.RemoteUnderTest;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RBucket;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;

/** Redisson's buckets, which send GET and SET. */
public final class WithRedissonBuckets implements RemoteUnderTest {
  private final RemoteEntries entries;
  private final RedissonClient client;

  public WithRedissonBuckets(String url, RemoteEntries entries) {
    this.entries = entries;
    client = WithRedisson.connect(url);
  }

  @Override
  public CompletionStage<?> get(int entry) {
    return bucket(entry).getAsync();
  }

  @Override
  public CompletionStage<?> put(int entry) {
    return bucket(entry).setAsync(entries.value(entry));
  }

  private RBucket<byte[]> bucket(int entry) {
    return client.getBucket("redisson:" + entries.key(entry), ByteArrayCodec.INSTANCE);
  }

  @Override
  public boolean found(int entry, @Nullable Object answer) {
    return answer instanceof byte[] value && entries.isValue(entry, value);
  }

  @Override
  public boolean stored(@Nullable Object answer) {
    return answer == null; // a failed put has an exception
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
