/** The contenders of {@code icm bench disk}. */
@NullMarked
package io.intelligentcache.bench.disk.peers;

import org.jspecify.annotations.NullMarked;
