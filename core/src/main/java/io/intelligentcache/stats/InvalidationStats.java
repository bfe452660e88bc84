package io.intelligentcache.stats;

import java.time.Duration;

/**
 * What a shared tier tells of changes by other instances.
 *
 * @param bound the staleness bound: a value that somebody has changed is answered no longer than this
 *     after the change was acknowledged
 * @param window for how long something may have changed untold, at this instant. Beyond the bound every
 *     read asks the tier
 * @param widestWindow the longest that window was within the bound: the oldest value that can have been
 *     answered unasked
 * @param changes keys that were told to have changed, own writes included
 * @param gaps times at which any key might have changed: one per connection, and when all were removed
 */
public record InvalidationStats(
    Duration bound, Duration window, Duration widestWindow, long changes, long gaps) {}
