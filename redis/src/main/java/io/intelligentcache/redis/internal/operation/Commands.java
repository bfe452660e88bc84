package io.intelligentcache.redis.internal.operation;

import io.intelligentcache.redis.internal.topology.CommandRouter;

/**
 * The ways to send commands to Redis.
 *
 * @param router sends single commands
 * @param scripts runs scripts
 * @param bulks sends the writes of bulks a few at a time
 */
public record Commands(CommandRouter router, Scripts scripts, BulkWrites bulks) {}
