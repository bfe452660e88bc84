package io.intelligentcache.redis.internal.clock;

/**
 * The time of Redis and what follows it.
 *
 * @param redis the time of Redis as this instance counts it
 * @param versions the versions of the writes of this instance
 */
public record Clocks(RedisClock redis, Versions versions) {}
