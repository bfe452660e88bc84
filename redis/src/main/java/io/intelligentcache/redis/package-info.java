/**
 * The Redis tier: entries that many instances share. Redis may be one server, servers behind Sentinel, or a cluster.
 *
 * <p>Start at {@link io.intelligentcache.redis.Redis}.
 */
@NullMarked
package io.intelligentcache.redis;

import org.jspecify.annotations.NullMarked;
