/** Invalidations: how an instance is told which keys others change. */
@NullMarked
package io.intelligentcache.redis.internal.feed;

import org.jspecify.annotations.NullMarked;
