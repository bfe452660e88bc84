package io.intelligentcache.redis.internal.command;

import io.intelligentcache.redis.internal.clock.ServerClock;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A command as it is written to a server. A command that is redirected is written twice.
 *
 * @param <T> what it answers
 */
public interface RedisCommand<T extends @Nullable Object> {
  /**
   * Writes it.
   *
   * @param redis the server
   * @param clock that server's clock
   */
  CompletionStage<T> to(RedisAsyncCommands<byte[], byte[]> redis, ServerClock clock);
}
