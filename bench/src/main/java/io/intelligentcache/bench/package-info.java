/** Benchmarks of the tiers beside their peers. */
@NullMarked
package io.intelligentcache.bench;

import org.jspecify.annotations.NullMarked;
