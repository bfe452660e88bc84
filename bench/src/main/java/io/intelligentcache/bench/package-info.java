/** Benchmarks that compare the tiers with other caches and stores. */
@NullMarked
package io.intelligentcache.bench;

import org.jspecify.annotations.NullMarked;
