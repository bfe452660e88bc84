package io.intelligentcache.tier;

/**
 * When a write began that is sent later: what is loaded is as old as its load.
 *
 * @param version the version of the write; after all that the instance had drawn or read when it began, and before
 *     all that begins later
 * @param micros when it began, as the tier counts time; the version may be ahead of that
 */
public record Beginning(Version version, long micros) {}
