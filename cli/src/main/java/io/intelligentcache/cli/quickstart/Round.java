package io.intelligentcache.cli.quickstart;

import io.intelligentcache.stats.CacheStats;

/**
 * The result of one stretch of the run.
 *
 * @param name the name of the stretch
 * @param stats the counters of this stretch alone
 */
record Round(String name, CacheStats stats) {}
