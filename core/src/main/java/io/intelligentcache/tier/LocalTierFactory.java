package io.intelligentcache.tier;

/**
 * A tier that belongs to this instance alone, such as its disk. It is a type of its own, so that it can't be
 * passed in place of the tier that all instances share. Every write goes through to that tier; in a local tier
 * no other instance would see it.
 */
@FunctionalInterface
public interface LocalTierFactory extends TierFactory {}
