/** The statistics of caches and of their manager. */
@NullMarked
package io.intelligentcache.stats;

import org.jspecify.annotations.NullMarked;
