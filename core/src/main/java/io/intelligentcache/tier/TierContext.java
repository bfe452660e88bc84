package io.intelligentcache.tier;

/**
 * What a tier gets from the manager that opens it.
 *
 * @param time the clock to use: how old data is, and when it expires
 * @param scheduler the timer to use: how long to wait, and when to try again. The tier does not close it. When the
 *     tier is closed, it cancels what it has scheduled: other managers may go on using the scheduler
 * @param changes a {@link SharedTier} reports to it what other instances change
 */
public record TierContext(TimeSource time, Scheduler scheduler, Changes changes) {}
