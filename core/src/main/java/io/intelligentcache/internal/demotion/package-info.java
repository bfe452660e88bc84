/** What gets entries from memory to disk: eviction, writing behind, and the final flush. */
@NullMarked
package io.intelligentcache.internal.demotion;

import org.jspecify.annotations.NullMarked;
