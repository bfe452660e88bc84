/**
 * The interfaces that a tier implements, and the statistics that tiers report. An application that uses the
 * tiers of the library needs {@link io.intelligentcache.tier.TierException} and the statistics only.
 *
 * <p>Of the library, this package depends on {@code internal.base} only. Tiers implement it, and the read and
 * write paths use it.
 *
 * <p>It has more than 20 types, because together they describe a tier; most are records of a few lines.
 */
@NullMarked
package io.intelligentcache.tier;

import org.jspecify.annotations.NullMarked;
