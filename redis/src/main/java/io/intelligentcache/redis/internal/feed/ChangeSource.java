package io.intelligentcache.redis.internal.feed;

import io.intelligentcache.redis.internal.connection.Primary;
import io.intelligentcache.tier.Changes;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** How a server is made to tell of changes. */
interface ChangeSource {
  /**
   * Opens a connection over which a server tells, from when this is done on, in order with its answers
   * to {@link #ask}.
   *
   * @param changes is told on the event loop
   */
  CompletableFuture<StatefulRedisConnection<byte[], byte[]>> begin(
      Primary primary, Changes changes);

  /** Asks something that any server answers. */
  CompletionStage<?> ask(StatefulRedisConnection<byte[], byte[]> connection);
}
