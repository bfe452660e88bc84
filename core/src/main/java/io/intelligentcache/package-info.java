/**
 * A multi-level cache: memory, local disk, Redis, loader.
 *
 * <p>Start at {@link io.intelligentcache.TieredCacheManager}. Packages named {@code internal} are not part of
 * the API: they change without notice.
 *
 * <p>It has more than 20 types, because all that most applications need is in one place.
 */
@NullMarked
package io.intelligentcache;

import org.jspecify.annotations.NullMarked;
