/** A demonstration of the tiers under a mixed workload. */
@NullMarked
package io.intelligentcache.cli.quickstart;

import org.jspecify.annotations.NullMarked;
