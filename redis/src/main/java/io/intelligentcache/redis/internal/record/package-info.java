/** The format of a value in Redis. */
@NullMarked
package io.intelligentcache.redis.internal.record;

import org.jspecify.annotations.NullMarked;
