/** Which server owns which key, and the way of a command to it. */
@NullMarked
package io.intelligentcache.redis.internal.topology;

import org.jspecify.annotations.NullMarked;
