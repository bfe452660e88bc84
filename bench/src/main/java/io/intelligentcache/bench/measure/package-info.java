/** Tools that all benchmarks use to measure. */
@NullMarked
package io.intelligentcache.bench.measure;

import org.jspecify.annotations.NullMarked;
