/**
 * A multi-level cache: memory, local disk, Redis, loader.
 *
 * <p>Start at {@link io.intelligentcache.TieredCacheManager}. Packages named {@code internal} are not part of
 * the API: they change without notice.
 *
 * <p>This package has all types that most applications need, in one place.
 */
@NullMarked
package io.intelligentcache;

import org.jspecify.annotations.NullMarked;
