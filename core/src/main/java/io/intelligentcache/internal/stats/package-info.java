/** The counters behind the statistics. */
@NullMarked
package io.intelligentcache.internal.stats;

import org.jspecify.annotations.NullMarked;
