/** The contenders of {@code icm bench redis}. */
@NullMarked
package io.intelligentcache.bench.redis.peers;

import org.jspecify.annotations.NullMarked;
