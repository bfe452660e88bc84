/** {@code icm bench memory}. */
@NullMarked
package io.intelligentcache.bench.memory;

import org.jspecify.annotations.NullMarked;
