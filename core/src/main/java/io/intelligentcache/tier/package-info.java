/**
 * The interfaces that a tier implements, and the statistics that tiers report. An application that uses the
 * tiers of the library needs {@link io.intelligentcache.tier.TierException} and the statistics only.
 *
 * <p>This package depends on no other package of the library: tiers implement it, and the read and write paths
 * use it.
 *
 * <p>Its types together describe a tier; most are records of a few lines.
 */
@NullMarked
package io.intelligentcache.tier;

import org.jspecify.annotations.NullMarked;
