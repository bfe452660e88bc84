/** Eviction policies: which entries leave memory when its budget is spent. */
@NullMarked
package io.intelligentcache.internal.memory.policy;

import org.jspecify.annotations.NullMarked;
