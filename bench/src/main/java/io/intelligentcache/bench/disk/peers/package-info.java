/** Who takes part in {@code icm bench disk}. */
@NullMarked
package io.intelligentcache.bench.disk.peers;

import org.jspecify.annotations.NullMarked;
