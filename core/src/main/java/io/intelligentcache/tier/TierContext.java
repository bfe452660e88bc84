package io.intelligentcache.tier;

/**
 * What a tier gets from the manager that opens it.
 *
 * @param time the clock to use
 */
public record TierContext(TimeSource time) {}
