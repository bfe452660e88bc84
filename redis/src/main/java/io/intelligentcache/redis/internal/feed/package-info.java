/** Invalidations: how an instance learns which keys other instances change. */
@NullMarked
package io.intelligentcache.redis.internal.feed;

import org.jspecify.annotations.NullMarked;
