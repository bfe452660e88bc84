package io.intelligentcache.stats;

import java.time.Duration;

/**
 * Invalidations that this instance received from the shared tier.
 *
 * @param bound the staleness bound: after a change was acknowledged, the older value is answered no longer
 *     than this
 * @param window for how long, at this instant, changes may have happened that this instance has not
 *     received yet. If it is longer than the bound, every read asks the tier
 * @param widestWindow the longest that window was within the bound: the age of the oldest value that can
 *     have been answered without asking the tier
 * @param changes keys that were reported as changed, own writes included
 * @param gaps how often any key might have changed: once per connection, and whenever all keys were removed
 */
public record InvalidationStats(
    Duration bound, Duration window, Duration widestWindow, long changes, long gaps) {}
