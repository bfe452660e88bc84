package io.intelligentcache.bench.redis.peers;

import io.intelligentcache.bench.redis.RemoteEntries;
import io.intelligentcache.bench.redis.RemoteUnderTest;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Lettuce: GET and SET on one connection. A tier over Redis can't be faster. */
public final class RawLettuce implements RemoteUnderTest {
  private static final Duration END = Duration.ofSeconds(2);

  private final RemoteEntries entries;
  private final RedisClient client;
  private final StatefulRedisConnection<byte[], byte[]> connection;

  public RawLettuce(String url, RemoteEntries entries) {
    this.entries = entries;
    client = RedisClient.create(url);
    connection = client.connect(ByteArrayCodec.INSTANCE);
  }

  @Override
  public CompletionStage<?> get(int entry) {
    return connection.async().get(key(entry));
  }

  @Override
  public CompletionStage<?> put(int entry) {
    return connection.async().set(key(entry), entries.value(entry));
  }

  private byte[] key(int entry) {
    return entries.keyBytes("raw:", entry);
  }

  @Override
  public boolean found(int entry, @Nullable Object answer) {
    return answer instanceof byte[] value && entries.isValue(entry, value);
  }

  @Override
  public boolean stored(@Nullable Object answer) {
    return "OK".equals(answer);
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown(Duration.ZERO, END);
  }
}
