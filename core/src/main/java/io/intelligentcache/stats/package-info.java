/** What a cache counts. */
@NullMarked
package io.intelligentcache.stats;

import org.jspecify.annotations.NullMarked;
