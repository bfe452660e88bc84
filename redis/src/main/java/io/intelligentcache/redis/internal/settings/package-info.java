/** The settings and the counters of the tier. */
@NullMarked
package io.intelligentcache.redis.internal.settings;

import org.jspecify.annotations.NullMarked;
