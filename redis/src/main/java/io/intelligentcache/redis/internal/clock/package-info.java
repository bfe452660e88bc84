/** The clocks of Redis servers as this instance knows them, and the versions of writes, which follow them. */
@NullMarked
package io.intelligentcache.redis.internal.clock;

import org.jspecify.annotations.NullMarked;
