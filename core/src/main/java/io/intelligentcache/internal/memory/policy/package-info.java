/** Eviction policies: which entries are evicted when the memory budget is spent. */
@NullMarked
package io.intelligentcache.internal.memory.policy;

import org.jspecify.annotations.NullMarked;
