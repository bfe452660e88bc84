package io.intelligentcache.cli.chaos.judge;

import java.time.Duration;

/**
 * The rules by which the reads of a cache are judged.
 *
 * @param bound how long after an acknowledged write older values may still be read
 * @param expiryTolerance how long after its time to live a value may still be read
 * @param hearingBinds whether a copy must not be read once the instance has received
 *     the invalidation of its key
 */
public record Rules(Duration bound, Duration expiryTolerance, boolean hearingBinds) {}
