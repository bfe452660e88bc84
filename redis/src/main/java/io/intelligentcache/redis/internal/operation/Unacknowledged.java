package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.connection.LostWrites;

/**
 * The writes of this instance that Redis has not acknowledged.
 *
 * @param unsettled those that are not repaired yet
 * @param lost those that may still arrive
 */
public record Unacknowledged(UnsettledWrites unsettled, LostWrites lost) {}
