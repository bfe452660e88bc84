/** Opens what an earlier process left. */
@NullMarked
package io.intelligentcache.disk.internal.recovery;

import org.jspecify.annotations.NullMarked;
