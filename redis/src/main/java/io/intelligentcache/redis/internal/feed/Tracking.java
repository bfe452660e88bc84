package io.intelligentcache.redis.internal.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.TierKey;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushMessage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Invalidations by {@code CLIENT TRACKING ON BCAST}. Redis pushes the name of every key of the namespace that any
 * client writes or removes, that Redis evicts, or that expires.
 */
public record Tracking(KeyNames names) implements ChangeSource {
  @Override
  public CompletableFuture<StatefulRedisConnection<byte[], byte[]>> begin(
      Primary primary, Changes changes) {
    return primary.lend().thenCompose(fresh -> {
      fresh.addListener(message -> pushed(message, changes));
      TrackingArgs all =
          TrackingArgs.Builder.enabled().bcast().prefixes(UTF_8, new String(names.prefix(), UTF_8));
      return InvalidationFeed.orClosed(fresh, fresh.async().clientTracking(all), primary);
    });
  }

  @Override
  public CompletionStage<?> ask(StatefulRedisConnection<byte[], byte[]> connection) {
    return connection.async().time();
  }

  private void pushed(PushMessage message, Changes changes) {
    if (!message.getType().equals("invalidate")) {
      return;
    }
    if (!(message.getContent().get(1) instanceof List<?> keys)) {
      changes.changedAll(); // FLUSHALL or FLUSHDB
      return;
    }
    for (Object name : keys) {
      TierKey key = name instanceof ByteBuffer bytes ? names.key(bytes(bytes)) : null;
      if (key != null) {
        changes.changed(key);
      }
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
