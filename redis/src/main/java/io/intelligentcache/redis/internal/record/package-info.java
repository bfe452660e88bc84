/** The format of the records in Redis. */
@NullMarked
package io.intelligentcache.redis.internal.record;

import org.jspecify.annotations.NullMarked;
