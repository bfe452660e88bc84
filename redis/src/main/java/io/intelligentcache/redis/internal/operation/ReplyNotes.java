package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.connection.ReplySizes;
import io.intelligentcache.redis.internal.connection.ServerErrors;
import io.intelligentcache.redis.internal.settings.RedisCounters;

/**
 * What the tier notes about the replies of Redis.
 *
 * @param counters their outcomes
 * @param sizes the sizes of their values
 * @param errors the errors, which are logged
 */
public record ReplyNotes(RedisCounters counters, ReplySizes sizes, ServerErrors errors) {}
