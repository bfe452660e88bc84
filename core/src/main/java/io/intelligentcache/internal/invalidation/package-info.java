/** Invalidation by pattern. */
@NullMarked
package io.intelligentcache.internal.invalidation;

import org.jspecify.annotations.NullMarked;
