/** The Lua scripts that Redis runs, each as one step. */
@NullMarked
package io.intelligentcache.redis.internal.script;

import org.jspecify.annotations.NullMarked;
