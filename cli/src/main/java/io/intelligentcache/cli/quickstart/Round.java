package io.intelligentcache.cli.quickstart;

import io.intelligentcache.stats.CacheStats;

/**
 * What came of one stretch of the run.
 *
 * @param name what it shows
 * @param stats counted in it
 */
record Round(String name, CacheStats stats) {}
