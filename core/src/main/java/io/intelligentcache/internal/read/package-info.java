/** Reads: memory, the lower tiers, the loader, and what may be answered if these are late or fail. */
@NullMarked
package io.intelligentcache.internal.read;

import org.jspecify.annotations.NullMarked;
