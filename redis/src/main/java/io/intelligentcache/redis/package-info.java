/**
 * The Redis tier: entries that many instances share, on one server, behind Sentinel, or in a cluster.
 *
 * <p>Start at {@link io.intelligentcache.redis.Redis}.
 */
@NullMarked
package io.intelligentcache.redis;

import org.jspecify.annotations.NullMarked;
