/** The contenders of {@code icm bench memory}. */
@NullMarked
package io.intelligentcache.bench.memory.peers;

import org.jspecify.annotations.NullMarked;
