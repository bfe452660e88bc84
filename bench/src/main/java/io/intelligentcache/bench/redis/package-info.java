/** {@code icm bench redis}. */
@NullMarked
package io.intelligentcache.bench.redis;

import org.jspecify.annotations.NullMarked;
