/** The Redis tier: assembles its parts, opens and closes them, and maintains the connections and the topology. */
@NullMarked
package io.intelligentcache.redis.internal;

import org.jspecify.annotations.NullMarked;
