package io.intelligentcache.tier;

/**
 * When a write began that is sent later. A load is such a write: its value is as old as the begin of the load.
 *
 * @param version the version of the write. It is greater than every version that this instance had drawn or
 *     read when the write began, and smaller than those of all writes that begin later
 * @param micros when the write began, by the clock of the tier; the version may be ahead of that
 */
public record Beginning(Version version, long micros) {}
