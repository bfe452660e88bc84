/**
 * A cache in levels: memory, local disk, Redis, loader.
 *
 * <p>Start at {@link io.intelligentcache.TieredCacheManager}. Packages named {@code internal} are no part of the API: they change
 * without notice.
 *
 * <p>That many types: the whole API that most applications need, in one place.
 */
@NullMarked
package io.intelligentcache;

import org.jspecify.annotations.NullMarked;
