package io.intelligentcache.tier;

/**
 * A tier that all instances share, such as Redis. It is a type of its own, so that it can't be passed in place
 * of a {@linkplain LocalTierFactory local} tier, whose entries no other instance changes.
 */
@FunctionalInterface
public interface SharedTierFactory extends TierFactory {}
