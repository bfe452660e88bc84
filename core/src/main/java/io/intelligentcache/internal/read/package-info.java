/** Reads: memory, the tiers below, the loader, and what may be answered when these are late or fail. */
@NullMarked
package io.intelligentcache.internal.read;

import org.jspecify.annotations.NullMarked;
