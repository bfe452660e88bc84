/**
 * A cache in levels: memory, local disk, Redis, loader.
 *
 * <p>Start at {@link io.intelligentcache.TieredCacheManager}.
 */
@NullMarked
package io.intelligentcache;

import org.jspecify.annotations.NullMarked;
