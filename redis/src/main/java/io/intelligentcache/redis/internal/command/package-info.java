/** A command and its reply. */
@NullMarked
package io.intelligentcache.redis.internal.command;

import org.jspecify.annotations.NullMarked;
