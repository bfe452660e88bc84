package io.intelligentcache.cli.chaos.judge;

import java.time.Duration;

/**
 * What the reads of a cache are judged by.
 *
 * @param bound how long after an acknowledged write older values may still be read
 * @param expiryTolerance how long after its time to live a value may still be read
 * @param hearingBinds whether a copy may not be read once the instance has heard that its key changed
 */
public record Rules(Duration bound, Duration expiryTolerance, boolean hearingBinds) {}
