/** What is configured, and what is counted. */
@NullMarked
package io.intelligentcache.redis.internal.settings;

import org.jspecify.annotations.NullMarked;
