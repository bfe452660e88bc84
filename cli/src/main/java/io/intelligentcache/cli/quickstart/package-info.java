/** The library's tiers under a mixed workload, for a first look. */
@NullMarked
package io.intelligentcache.cli.quickstart;

import org.jspecify.annotations.NullMarked;
