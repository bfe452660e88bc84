package io.intelligentcache.tier;

/**
 * A tier that all instances share, such as Redis. It has a type of its own, so that it can't be given in
 * place of a {@linkplain LocalTierFactory local} tier, whose copies nobody else changes.
 */
@FunctionalInterface
public interface SharedTierFactory extends TierFactory {}
