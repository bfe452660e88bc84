/** The names of keys in Redis. */
@NullMarked
package io.intelligentcache.redis.internal.key;

import org.jspecify.annotations.NullMarked;
