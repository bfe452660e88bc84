/** Which server owns which key, and how commands are routed to it. */
@NullMarked
package io.intelligentcache.redis.internal.topology;

import org.jspecify.annotations.NullMarked;
