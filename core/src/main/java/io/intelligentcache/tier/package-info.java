/**
 * For those who write a tier, and for what tiers report. An application that uses the tiers of the library needs {@link
 * io.intelligentcache.tier.TierException} and the statistics only.
 *
 * <p>This package depends on no other: tiers implement it, and reads and writes are written against it.
 *
 * <p>That many types: a tier is described by them together, most are records of a few lines.
 */
@NullMarked
package io.intelligentcache.tier;

import org.jspecify.annotations.NullMarked;
