/** {@code icm bench disk} and {@code icm bench kill}. */
@NullMarked
package io.intelligentcache.bench.disk;

import org.jspecify.annotations.NullMarked;
