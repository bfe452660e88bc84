package io.intelligentcache.redis.internal.command;

import io.intelligentcache.redis.internal.clock.ServerClock;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A command, as it is written to a server. A command that is redirected is written twice.
 *
 * @param <T> the type of its answer
 */
public interface RedisCommand<T extends @Nullable Object> {
  /**
   * Writes the command.
   *
   * @param redis the server
   * @param clock the clock of that server
   */
  CompletionStage<T> to(RedisAsyncCommands<byte[], byte[]> redis, ServerClock clock);
}
