/** Puts a cache together: the engine of a key space, its views, its tenants, and the shutdown of a manager. */
@NullMarked
package io.intelligentcache.internal;

import org.jspecify.annotations.NullMarked;
