package io.intelligentcache.redis.internal.feed;

import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.tier.Changes;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A way to receive invalidations from a server. */
interface ChangeSource {
  /**
   * Opens a connection that delivers invalidations, from the completion of the future on. They arrive in order with the
   * answers to {@link #ask}.
   *
   * @param changes receives the invalidations, on the event loop
   */
  CompletableFuture<StatefulRedisConnection<byte[], byte[]>> begin(
      Primary primary, Changes changes);

  /** Sends a command that any server answers. */
  CompletionStage<?> ask(StatefulRedisConnection<byte[], byte[]> connection);
}
