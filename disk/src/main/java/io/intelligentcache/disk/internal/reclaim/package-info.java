/** Frees segments, and removes entries by a walk over the log. */
@NullMarked
package io.intelligentcache.disk.internal.reclaim;

import org.jspecify.annotations.NullMarked;
