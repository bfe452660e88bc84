/** Connections to a server: deadlines, limits, the circuit breaker, the heartbeat. */
@NullMarked
package io.intelligentcache.redis.internal.connection;

import org.jspecify.annotations.NullMarked;
