/** Names of keys. */
@NullMarked
package io.intelligentcache.redis.internal.key;

import org.jspecify.annotations.NullMarked;
