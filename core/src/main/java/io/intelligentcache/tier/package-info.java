/**
 * What a tier below memory is, and the values that travel between tiers.
 *
 * <p>This package knows nobody: tiers implement it, the path through the tiers is written against it.
 */
@NullMarked
package io.intelligentcache.tier;

import org.jspecify.annotations.NullMarked;
