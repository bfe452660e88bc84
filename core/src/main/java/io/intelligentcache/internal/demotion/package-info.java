/** How entries get from memory to disk: eviction, write-behind, and the final flush. */
@NullMarked
package io.intelligentcache.internal.demotion;

import org.jspecify.annotations.NullMarked;
