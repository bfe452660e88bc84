/** Writes: puts, invalidations, and atomic operations. */
@NullMarked
package io.intelligentcache.internal.write;

import org.jspecify.annotations.NullMarked;
