package io.intelligentcache.redis.internal.feed;

import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.redis.internal.key.KeyNames;
import io.intelligentcache.tier.Changes;
import io.intelligentcache.tier.TierKey;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Invalidations by publish and subscribe, for servers that do not support tracking. Each instance publishes the name of
 * a key in the same atomic step in which it changes the key. A server delivers a message to its subscribers before it
 * answers a later command, so the order is the same as with {@link Tracking}.
 */
public record Subscription(KeyNames names) implements ChangeSource {
  @Override
  public CompletableFuture<StatefulRedisConnection<byte[], byte[]>> begin(
      Primary primary, Changes changes) {
    return primary.lendPubSub().thenCompose(fresh -> {
      fresh.addListener(new RedisPubSubAdapter<>() {
        @Override
        public void message(byte[] channel, byte[] name) {
          TierKey key = names.key(name);
          if (key != null) {
            changes.changed(key);
          }
        }
      });
      return InvalidationFeed.orClosed(fresh, fresh.async().subscribe(names.channel()), primary);
    });
  }

  @Override
  public CompletionStage<?> ask(StatefulRedisConnection<byte[], byte[]> connection) {
    return connection.async().ping(); // a subscriber may send it to any server
  }
}
