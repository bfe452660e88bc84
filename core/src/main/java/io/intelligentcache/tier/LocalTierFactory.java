package io.intelligentcache.tier;

/**
 * A tier of this instance alone, such as its disk. It has a type of its own, so that it can't be given in
 * place of the tier that all instances share: writes go through to that one, and would be seen by nobody.
 */
@FunctionalInterface
public interface LocalTierFactory extends TierFactory {}
