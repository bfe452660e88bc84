/** What all benchmarks measure with. */
@NullMarked
package io.intelligentcache.bench.measure;

import org.jspecify.annotations.NullMarked;
