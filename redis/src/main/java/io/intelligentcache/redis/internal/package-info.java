/**
 * The Redis tier: puts its parts together, opens and closes them, and keeps the connections and the topology up.
 */
@NullMarked
package io.intelligentcache.redis.internal;

import org.jspecify.annotations.NullMarked;
